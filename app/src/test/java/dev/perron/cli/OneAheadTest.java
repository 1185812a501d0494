package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class OneAheadTest {
    @Test
    void allComeInTheirOrderThroughTwoStages() {
        List<Integer> found = new ArrayList<>();
        try (OneAhead<Integer> first = OneAhead.of(List.of(1, 2, 3).iterator(), i -> 10 * i);
                OneAhead<Integer> second = OneAhead.of(first, i -> i + 1)) {
            second.forEachRemaining(found::add);
            assertThatThrownBy(second::next).isInstanceOf(NoSuchElementException.class);
        }
        assertThat(found).containsExactly(11, 21, 31);
    }

    @Test
    void theNextIsMadeWhileOneIsUsedAndNoMoreThanThat() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(2);
        try (OneAhead<Integer> ahead =
                OneAhead.of(
                        List.of(1, 2, 3, 4).iterator(),
                        i -> {
                            made.incrementAndGet();
                            second.countDown();
                            return i;
                        })) {
            assertThat(ahead.next()).isEqualTo(1);
            assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ahead.hasNext()).isTrue();
            assertThat(made).hasValue(2);
        }
        assertThat(made).hasValue(2);
    }

    @Test
    void whatGoesWrongIsThrownWhenItsTurnComes() {
        try (OneAhead<Integer> ahead =
                OneAhead.of(
                        List.of(1, 0).iterator(),
                        i -> {
                            if (i == 0) {
                                throw new Failure(ExitCode.INPUT, "nothing");
                            }
                            return i;
                        })) {
            assertThat(ahead.next()).isEqualTo(1);
            assertThat(ahead.hasNext()).isTrue();
            assertThatThrownBy(ahead::next).isInstanceOf(Failure.class).hasMessage("nothing");
        }
    }

    @Test
    void anErrorOfTheOtherThreadIsThrownAsItIs() {
        try (OneAhead<Integer> first =
                        OneAhead.of(
                                List.of(1).iterator(),
                                i -> {
                                    throw new OutOfMemoryError("none left");
                                });
                OneAhead<Integer> second = OneAhead.of(first, i -> i + 1)) {
            assertThatThrownBy(second::next).isInstanceOf(OutOfMemoryError.class);
        }
    }
}
