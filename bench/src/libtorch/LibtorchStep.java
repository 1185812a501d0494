import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// One training step of a GPT-2 by libtorch with its fused attention: data, forward, backward,
/// AdamW. A peer as those in src/main/python, and with their conversation (protocol.py), but run
/// from source by Java; its libraries come with the profile libtorch.
///
/// Options: d, layers, context, batch. Its data are drawn here, in the time of a few additions, not
/// symbol by symbol in torch.
final class LibtorchStep {
    private static final double P = 0.5;
    private static final double Q = 0.8;
    private static final double EPSILON = 1e-5;

    private final SplittableRandom random = new SplittableRandom(1);
    private final int d;
    private final int context;
    private final int batch;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor norm;
    private final Tensor bias;
    private final AdamW optimiser;

    private record Layer(
            Tensor norm1, Tensor qkv, Tensor projection, Tensor norm2, Tensor hidden, Tensor out) {}

    private LibtorchStep(Map<String, Integer> options) {
        d = options.getOrDefault("d", 8);
        context = options.getOrDefault("context", 1024);
        batch = options.getOrDefault("batch", 16);
        tokens = normal(2, d);
        positions = normal(context, d);
        for (int i = 0; i < options.getOrDefault("layers", 1); i++) {
            layers.add(
                    new Layer(
                            gain(),
                            normal(3L * d, d),
                            normal(d, d),
                            gain(),
                            normal(4L * d, d),
                            normal(d, 4L * d)));
        }
        norm = gain();
        bias = normal(2);
        optimiser =
                new AdamW(
                        new TensorVector(parameters.toArray(new Tensor[0])),
                        new AdamWOptions(2e-3));
    }

    private Tensor normal(long... shape) {
        return parameter(randn(shape).mul(new Scalar(0.02)).detach());
    }

    private Tensor gain() {
        return parameter(ones(d));
    }

    private Tensor parameter(Tensor start) {
        start.set_requires_grad(true);
        parameters.add(start);
        return start;
    }

    private double step() {
        long[] now = new long[batch * context];
        long[] next = new long[batch * context];
        draw(now, next);
        try (PointerScope _ = new PointerScope()) {
            Tensor loss = loss(Tensor.create(now, batch, context), Tensor.create(next, now.length));
            loss.backward();
            optimiser.step();
            optimiser.zero_grad();
            return loss.item_double();
        }
    }

    private void draw(long[] now, long[] next) {
        for (int i = 0; i < now.length; i++) {
            now[i] = i % context > 0 ? next[i - 1] : random.nextDouble() < P / (P + Q) ? 1 : 0;
            boolean leaves = random.nextDouble() < (now[i] == 0 ? P : Q);
            next[i] = leaves ? 1 - now[i] : now[i];
        }
    }

    private Tensor loss(Tensor now, Tensor next) {
        Tensor x = embedding(tokens, now).add(positions);
        for (Layer layer : layers) {
            TensorVector qkv = linear(normed(x, layer.norm1), layer.qkv).split(d, 2);
            Tensor heads =
                    scaled_dot_product_attention(
                            qkv.get(0).unsqueeze(1),
                            qkv.get(1).unsqueeze(1),
                            qkv.get(2).unsqueeze(1),
                            new TensorOptional(),
                            0.0,
                            true,
                            new DoubleOptional(),
                            false);
            x = x.add(linear(heads.squeeze(1), layer.projection));
            Tensor hidden = gelu(linear(normed(x, layer.norm2), layer.hidden));
            x = x.add(linear(hidden, layer.out));
        }
        Tensor logits = linear(normed(x, norm), tokens, new TensorOptional(bias));
        return cross_entropy(logits.view(-1, 2), next);
    }

    private Tensor normed(Tensor x, Tensor gain) {
        return layer_norm(
                x, new long[] {d}, new TensorOptional(gain), new TensorOptional(), EPSILON, false);
    }

    /// Arguments: a folder, which isn't used; threads; `name=value`.
    public static void main(String[] arguments) throws IOException {
        set_num_threads(Integer.parseInt(arguments[1]));
        Map<String, Integer> options = new HashMap<>();
        for (String option : List.of(arguments).subList(2, arguments.length)) {
            String[] pair = option.split("=", 2);
            options.put(pair[0], Integer.valueOf(pair[1]));
        }
        LibtorchStep training = new LibtorchStep(options);
        System.out.println("ready loss=" + training.step());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while ("run".equals(lines.readLine())) {
            training.step(); // so that what is measured isn't cold
            long start = System.nanoTime();
            training.step();
            System.out.println((System.nanoTime() - start) * 1e-9);
        }
    }
}
