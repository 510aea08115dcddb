using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>One walk over the backward graph: which gradients are there, which nodes wait, what was captured.</summary>
internal sealed class BackwardPass(bool retainGraph)
{
    private readonly Dictionary<Node, NodeState> _states = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<Node, (long Sequence, long Arrival)> _ready = new();
    private Dictionary<Edge, List<int>>? _captures;
    private TensorImpl?[] _captured = [];
    private List<Node> _rootNodes = [];
    private long _arrivals;

    /// <summary>Only the gradients of these tensors are wanted.</summary>
    public void Capture(TensorImpl[] inputs)
    {
        _captures = [];
        _captured = new TensorImpl?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            Edge edge = Variable.GradientEdge(inputs[i]);
            if (edge.Node is null)
            {
                throw AutogradErrors.InputWithoutGrad();
            }

            if (!_captures.TryGetValue(edge, out List<int>? slots))
            {
                _captures.Add(edge, slots = []);
            }

            slots.Add(i);
        }
    }

    /// <summary>Finds all nodes that take part, and from how many places each gets gradients.</summary>
    public void Discover(TensorImpl[] roots)
    {
        var stack = new Stack<(Node Node, int Next)>();
        for (int i = 0; i < roots.Length; i++)
        {
            Node root = Variable.GradientEdge(roots[i]).Node ?? throw AutogradErrors.RootWithoutGrad(i);
            _rootNodes.Add(root);
            Visit(root, stack);
            while (stack.Count > 0)
            {
                (Node node, int next) = stack.Pop();
                if (next < node.Next.Length)
                {
                    stack.Push((node, next + 1));
                    if (node.Next[next].Node is { } target)
                    {
                        Visit(target, stack).Dependencies++;
                    }
                }
                else
                {
                    Finish(node);
                }
            }
        }
    }

    /// <summary>Puts in a root's gradient; takes over the handle.</summary>
    public void Seed(Edge edge, TensorImpl gradient, bool isExclusive) => Receive(edge, gradient, isExclusive, null, 0);

    /// <summary>Evaluates everything that is wanted; returns the captured gradients.</summary>
    public TensorImpl?[] Run()
    {
        foreach (Node root in _rootNodes.Distinct(ReferenceEqualityComparer.Instance).Cast<Node>())
        {
            if (_states[root].Dependencies == 0)
            {
                Enqueue(root);
            }
        }

        while (_ready.TryDequeue(out Node? node, out _))
        {
            Process(node, _states[node]);
        }

        TensorImpl?[] captured = _captured;
        _captured = [];
        return captured;
    }

    /// <summary>Lets go of what an exception left behind.</summary>
    public void Discard()
    {
        foreach (NodeState state in _states.Values)
        {
            state.Dispose();
        }

        foreach (TensorImpl? captured in _captured)
        {
            captured?.Dispose();
        }
    }

    private NodeState Visit(Node node, Stack<(Node Node, int Next)> stack)
    {
        if (!_states.TryGetValue(node, out NodeState? state))
        {
            _states.Add(node, state = new NodeState(node.Outputs.Length));
            stack.Push((node, 0));
        }

        return state;
    }

    /// <summary>All that a node leads to is known: which of its gradients are wanted.</summary>
    private void Finish(Node node)
    {
        NodeState state = _states[node];
        state.Wanted = new bool[node.Next.Length];
        state.IsNeeded = _captures is null && node is AccumulateGrad;
        for (int i = 0; i < state.Wanted.Length; i++)
        {
            Edge edge = node.Next[i];
            state.Wanted[i] = edge.Node is { } target
                && (_states[target].IsNeeded || (_captures is { } captures && captures.ContainsKey(edge)));
            state.IsNeeded |= state.Wanted[i];
        }
    }

    private void Process(Node node, NodeState state)
    {
        CaptureFrom(node, state);
        node.DeliverRetained(state.Gradients);
        if (!state.IsNeeded || !state.HasGradient)
        {
            state.Dispose();
            PassOn(node, state, []);
            return;
        }

        if (node is AccumulateGrad leaf)
        {
            BackwardEntry entry = ProgramHooks.EnterBackwardNode(state.Origin?.SinkLocation(state.OriginInput));
            leaf.Accumulate(state.Gradients[0]!, state.Exclusive[0]);
            ProgramHooks.ExitBackwardNode(entry);
            state.Dispose();
            return;
        }

        TensorImpl?[] results = EvaluateAtForwardLocation(node, state);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { } result && IsBorrowed(result, i, results, state))
            {
                results[i] = result.Alias();
            }
        }

        AnomalyDetection.Check(node, results);

        // What is exclusive must be known while the gradients are still there to compare with.
        state.ResultExclusive = new bool[results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            state.ResultExclusive[i] = results[i] is { } result && IsExclusive(result, i, results, state) && !node.Keeps(result.Storage);
        }

        state.Dispose();
        if (!retainGraph)
        {
            node.ReleaseSaved();
        }

        PassOn(node, state, results);
    }

    /// <summary>The one place where derivatives run: their ops are located by the forward op they belong to.</summary>
    private static TensorImpl?[] EvaluateAtForwardLocation(Node node, NodeState state)
    {
        BackwardEntry entry = ProgramHooks.EnterBackwardNode(node.ForwardLocation);
        TensorImpl?[] results = node.Apply(state.Gradients, state.Wanted);
        ProgramHooks.ExitBackwardNode(entry);
        return results;
    }

    private void PassOn(Node node, NodeState state, TensorImpl?[] results)
    {
        for (int i = 0; i < node.Next.Length; i++)
        {
            Edge edge = node.Next[i];
            TensorImpl? result = i < results.Length ? results[i] : null;
            if (edge.Node is not { } target)
            {
                result?.Dispose();
                continue;
            }

            if (result is not null && state.Wanted[i])
            {
                Receive(edge, result, state.ResultExclusive[i], node, i);
            }
            else
            {
                result?.Dispose();
            }

            if (--_states[target].Dependencies == 0)
            {
                Enqueue(target);
            }
        }
    }

    private void Enqueue(Node node) => _ready.Enqueue(node, (-node.Sequence, _arrivals++));

    /// <summary>Takes over a gradient that <paramref name="source"/> (null: the caller of backward) computed for its forward input <paramref name="input"/>.</summary>
    private void Receive(Edge edge, TensorImpl gradient, bool isExclusive, Node? source, int input)
    {
        NodeState state = _states[edge.Node!];
        TensorImpl? earlier = state.Gradients[edge.Index];
        if (earlier is null && IsConform(edge, gradient))
        {
            state.Put(edge.Index, gradient, isExclusive, source, input);
            return;
        }

        BackwardEntry entry = ProgramHooks.EnterBackwardNode(source?.EdgeLocation(input));
        gradient = Conform(edge, gradient, ref isExclusive);
        if (earlier is null)
        {
            state.Put(edge.Index, gradient, isExclusive, source, input);
            ProgramHooks.ExitBackwardNode(entry);
            return;
        }

        state.Gradients[edge.Index] = GradientLayout.Add(earlier, gradient);
        ProgramHooks.ExitBackwardNode(entry);
        state.Exclusive[edge.Index] = true;
        earlier.Dispose();
        gradient.Dispose();
    }

    private static bool IsConform(Edge edge, TensorImpl gradient)
    {
        GradientMetadata expected = edge.Node!.Outputs[edge.Index];
        return gradient.DType == expected.DType && gradient.Layout.SameSizes(expected.Layout);
    }

    /// <summary>Sums and casts a gradient to the sizes and dtype of the tensor it belongs to.</summary>
    private static TensorImpl Conform(Edge edge, TensorImpl gradient, ref bool isExclusive)
    {
        GradientMetadata expected = edge.Node!.Outputs[edge.Index];
        if (!gradient.Layout.SameSizes(expected.Layout))
        {
            if (!Composite.IsExpandableTo(expected.Layout.Sizes, gradient.Sizes))
            {
                throw AutogradErrors.InvalidGradient(edge.Node, edge.Index, gradient, expected);
            }

            TensorImpl summed = Composite.sum_to_size(gradient, expected.Layout.Sizes.ToArray());
            isExclusive |= !ReferenceEquals(summed.Storage, gradient.Storage);
            gradient.Dispose();
            gradient = summed;
        }

        if (gradient.DType != expected.DType)
        {
            TensorImpl cast = Aten._to_copy(gradient, expected.DType);
            isExclusive = true;
            gradient.Dispose();
            gradient = cast;
        }

        return gradient;
    }

    private void CaptureFrom(Node node, NodeState state)
    {
        if (_captures is null)
        {
            return;
        }

        for (int output = 0; output < state.Gradients.Length; output++)
        {
            if (state.Gradients[output] is { } gradient && _captures.TryGetValue(new Edge(node, output), out List<int>? slots))
            {
                foreach (int slot in slots)
                {
                    _captured[slot] = gradient.Alias();
                }

                state.Exclusive[output] = false;
            }
        }
    }

    private static bool IsBorrowed(TensorImpl result, int index, TensorImpl?[] results, NodeState state)
    {
        foreach (TensorImpl? gradient in state.Gradients)
        {
            if (ReferenceEquals(gradient, result))
            {
                return true;
            }
        }

        return Array.IndexOf(results, result, 0, index) >= 0;
    }

    private static bool IsExclusive(TensorImpl result, int index, TensorImpl?[] results, NodeState state)
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (i != index && ReferenceEquals(results[i]?.Storage, result.Storage))
            {
                return false;
            }
        }

        for (int i = 0; i < state.Gradients.Length; i++)
        {
            if (!state.Exclusive[i] && ReferenceEquals(state.Gradients[i]?.Storage, result.Storage))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class NodeState(int outputs)
    {
        public TensorImpl?[] Gradients { get; } = new TensorImpl?[outputs];

        /// <summary>For each gradient: only the engine has handles on its storage.</summary>
        public bool[] Exclusive { get; } = new bool[outputs];

        public bool[] ResultExclusive { get; set; } = [];

        public bool[] Wanted { get; set; } = [];

        public bool IsNeeded { get; set; }

        public int Dependencies { get; set; }

        /// <summary>Whose gradient arrived first, and for which of its forward inputs.</summary>
        public Node? Origin { get; private set; }

        public int OriginInput { get; private set; }

        public bool HasGradient => Array.Exists(Gradients, gradient => gradient is not null);

        public void Put(int output, TensorImpl gradient, bool isExclusive, Node? source, int input)
        {
            Gradients[output] = gradient;
            Exclusive[output] = isExclusive;
            if (Origin is null)
            {
                (Origin, OriginInput) = (source, input);
            }
        }

        public void Dispose()
        {
            foreach (TensorImpl? gradient in Gradients)
            {
                gradient?.Dispose();
            }

            Array.Clear(Gradients);
        }
    }
}
