package dev.perron.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/// How the states of a chain hang together: to be looked at before any number is asked for.
///
/// @param classes the communicating classes, by their smallest state; they partition the states
/// @param threshold entries of P up to this count as zero
public record Structure(List<CommunicatingClass> classes, double threshold) {
    /// Copies the classes.
    ///
    /// @throws IllegalArgumentException if they don't partition 0, ..., n-1, or none is recurrent
    public Structure {
        classes = List.copyOf(classes);
        List<Integer> members =
                classes.stream().flatMap(c -> c.states().stream()).sorted().toList();
        if (!members.equals(IntStream.range(0, members.size()).boxed().toList())) {
            throw new IllegalArgumentException(
                    "classes have the states %s, must have each of 0, ..., n-1 once"
                            .formatted(members));
        }
        if (classes.stream().noneMatch(CommunicatingClass::recurrent)) {
            throw new IllegalArgumentException("no class is recurrent, at least one must be");
        }
    }

    /// The structure with every positive entry counted, however small. Time O(n²), and n² bits; for
    /// a [SparseStochasticMatrix] both go with its entries.
    public static Structure of(Transition chain) {
        return of(chain, 0);
    }

    /// The structure with entries up to `threshold` counted as zero. A state all of whose entries
    /// are that small counts as absorbing.
    ///
    /// @throws IllegalArgumentException if `threshold` isn't from 0 to below 1
    public static Structure of(Transition chain, double threshold) {
        if (!(threshold >= 0 && threshold < 1)) {
            throw new IllegalArgumentException(
                    "threshold = %s, must be in [0, 1)".formatted(threshold));
        }
        Links links = Links.of(chain, threshold);
        int[] component = stronglyConnectedComponents(links);
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < links.states(); i++) {
            while (members.size() <= component[i]) {
                members.add(new ArrayList<>());
            }
            members.get(component[i]).add(i);
        }
        return new Structure(
                members.stream()
                        .map(states -> classOf(states, links, component))
                        .sorted(Comparator.comparing(c -> c.states().getFirst()))
                        .toList(),
                threshold);
    }

    /// The number of states n.
    public int states() {
        return classes.stream().mapToInt(c -> c.states().size()).sum();
    }

    /// The recurrent classes, at least one.
    public List<CommunicatingClass> recurrent() {
        return classes.stream().filter(CommunicatingClass::recurrent).toList();
    }

    /// The states that the chain leaves for ever, ascending.
    public List<Integer> transientStates() {
        return classes.stream()
                .filter(c -> !c.recurrent())
                .flatMap(c -> c.states().stream())
                .sorted()
                .toList();
    }

    /// The states that the chain never leaves, ascending.
    public List<Integer> absorbing() {
        return classes.stream()
                .filter(CommunicatingClass::absorbing)
                .map(c -> c.states().getFirst())
                .toList();
    }

    /// Whether every state reaches every other.
    public boolean irreducible() {
        return classes.size() == 1;
    }

    /// Tarjan's algorithm, with a stack of its own: a causal chain of thousands of states would
    /// overflow the thread's.
    private static int[] stronglyConnectedComponents(Links links) {
        int n = links.states();
        int[] order = new int[n]; // 1-based, by first visit; 0 is not visited
        int[] low = new int[n];
        int[] next = new int[n]; // where to go on among a state's links
        int[] component = new int[n];
        Arrays.fill(component, -1);
        Deque<Integer> path = new ArrayDeque<>();
        Deque<Integer> open = new ArrayDeque<>();
        int visited = 0;
        int components = 0;
        for (int root = 0; root < n; root++) {
            if (order[root] != 0) {
                continue;
            }
            path.push(root);
            while (!path.isEmpty()) {
                int i = path.element();
                if (order[i] == 0) {
                    order[i] = low[i] = ++visited;
                    open.push(i);
                }
                int j = links.next(i, next[i]);
                if (j >= 0) {
                    next[i] = j + 1;
                    if (order[j] == 0) {
                        path.push(j);
                    } else if (component[j] < 0) {
                        low[i] = Math.min(low[i], order[j]);
                    }
                    continue;
                }
                path.pop();
                if (!path.isEmpty()) {
                    low[path.element()] = Math.min(low[path.element()], low[i]);
                }
                if (low[i] == order[i]) {
                    int member;
                    do {
                        member = open.pop();
                        component[member] = components;
                    } while (member != i);
                    components++;
                }
            }
        }
        return component;
    }

    private static CommunicatingClass classOf(List<Integer> states, Links links, int[] component) {
        int own = component[states.getFirst()];
        boolean closed = states.stream().allMatch(i -> staysWithin(i, own, links, component));
        return new CommunicatingClass(states, closed, period(states, links, component));
    }

    private static boolean staysWithin(int i, int own, Links links, int[] component) {
        for (int j = links.next(i, 0); j >= 0; j = links.next(i, j + 1)) {
            if (component[j] != own) {
                return false;
            }
        }
        return true;
    }

    /// With d(i) the length of a shortest path to i, each link i → j within the class closes cycles
    /// whose lengths differ by a multiple of d(i) + 1 - d(j).
    private static int period(List<Integer> states, Links links, int[] component) {
        int root = states.getFirst();
        int own = component[root];
        int[] distance = new int[links.states()];
        Arrays.fill(distance, -1);
        distance[root] = 0;
        Deque<Integer> queue = new ArrayDeque<>(List.of(root));
        int divisor = 0;
        while (!queue.isEmpty()) {
            int i = queue.remove();
            for (int j = links.next(i, 0); j >= 0; j = links.next(i, j + 1)) {
                if (component[j] != own) {
                    continue;
                }
                if (distance[j] < 0) {
                    distance[j] = distance[i] + 1;
                    queue.add(j);
                } else {
                    divisor = gcd(divisor, Math.abs(distance[i] + 1 - distance[j]));
                }
            }
        }
        return divisor;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
