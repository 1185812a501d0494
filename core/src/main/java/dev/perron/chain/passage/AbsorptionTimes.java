package dev.perron.chain.passage;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.StateSet;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/// How long the chain takes, on average, to enter the recurrent class that it ends in.
///
/// @param byState steps `[state]`, whatever the class; 0 on recurrent states, always finite
/// @param byClass `[state][class]`: steps of those runs that end in that class, classes in the
///   order of [Structure#recurrent()]; empty where none does
public record AbsorptionTimes(List<Double> byState, List<List<OptionalDouble>> byClass) {
    /// Copies the lists.
    public AbsorptionTimes {
        byState = List.copyOf(byState);
        byClass = byClass.stream().map(List::copyOf).toList();
    }

    /// The times of `chain`, computed without a subtraction on a dense copy, in time O(n³) for each
    /// recurrent class.
    ///
    /// A run that ends in class C from i has E[T; C] = g(i), where g = h + Pg with h the
    /// probability of ending in C: each step is counted by those runs that will end there.
    ///
    /// @throws IllegalArgumentException if a time is beyond the range of doubles
    public static AbsorptionTimes of(Transition chain) {
        int n = chain.states();
        List<CommunicatingClass> recurrent = Structure.of(chain).recurrent();
        BitSet ends =
                StateSet.of(chain, recurrent.stream().flatMap(c -> c.states().stream()).toList());
        FirstPassage passage = new FirstPassage(chain, ends, new BitSet());
        double[] oneAStep = new double[n];
        Arrays.fill(oneAStep, 1);
        double[] times = passage.costs(oneAStep);
        List<List<OptionalDouble>> byClass = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            byClass.add(new ArrayList<>());
        }
        for (CommunicatingClass end : recurrent) {
            BitSet here = StateSet.of(chain, end.states());
            double[] h = new FirstPassage(chain, here, new BitSet()).probabilities();
            double[] g = passage.costs(h);
            for (int i = 0; i < n; i++) {
                byClass.get(i)
                        .add(h[i] > 0 ? OptionalDouble.of(g[i] / h[i]) : OptionalDouble.empty());
            }
        }
        return new AbsorptionTimes(Arrays.stream(times).boxed().toList(), byClass);
    }
}
