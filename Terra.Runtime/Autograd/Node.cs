using Terra.Runtime.Core;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>Where a gradient goes: input <see cref="Index"/> of <see cref="Node"/>, which is that node's forward output. No node: nowhere.</summary>
internal readonly record struct Edge(Node? Node, int Index);

/// <summary>Sizes, strides and dtype of a tensor whose gradient is to be computed.</summary>
internal readonly record struct GradientMetadata(Layout Layout, DType DType)
{
    public static GradientMetadata Of(TensorImpl tensor) => new(tensor.Layout, tensor.DType);
}

/// <summary>
/// A node of the backward graph: maps the gradients of what a forward operation returned to those of what it was given.
/// Nodes are numbered in the order of the program; backward takes those made last first.
/// </summary>
public abstract class Node
{
    private static long s_lastSequence;
    private List<(int Output, AutogradMeta Meta)>? _retained;

    private protected Node(Edge[] next, GradientMetadata[] outputs, Location? forwardLocation, long? sequence = null)
    {
        Next = next;
        Outputs = outputs;
        Sequence = sequence ?? Interlocked.Increment(ref s_lastSequence);
        ForwardLocation = forwardLocation;
    }

    /// <summary>The name PyTorch would give the node, e.g. <c>AddBackward0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Where in the program the forward operation ran: what its derivative's ops are located by.</summary>
    internal Location? ForwardLocation { get; }

    /// <summary>What sums and casts of the gradient of forward input <paramref name="input"/> are located by.</summary>
    internal Location? EdgeLocation(int input) => ForwardLocation?.Child(LocationKind.Backward, input + 1);

    /// <summary>What the accumulation into a leaf is located by, if forward input <paramref name="input"/> is the first path to it.</summary>
    internal Location? SinkLocation(int input) => ForwardLocation?.Child(LocationKind.Backward, -input - 1);

    internal long Sequence { get; }

    /// <summary>For each forward input, where its gradient goes.</summary>
    internal Edge[] Next { get; }

    /// <summary>For each forward output, what its gradient must look like.</summary>
    internal GradientMetadata[] Outputs { get; }

    /// <summary>
    /// The gradients of the forward inputs. <paramref name="gradients"/> (one a forward output, at least one not null) are borrowed;
    /// the results are handles of the caller's own, or may be a borrowed gradient itself.
    /// </summary>
    /// <param name="gradients">One for each forward output.</param>
    /// <param name="wanted">For each forward input, whether anyone wants its gradient.</param>
    internal abstract TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted);

    /// <summary>Lets go of the tensors kept for <see cref="Apply"/>; afterwards it throws.</summary>
    internal virtual void ReleaseSaved()
    {
    }

    /// <summary>True if <paramref name="storage"/> is that of a tensor the forward operation took or returned, so not backward's own.</summary>
    internal virtual bool Keeps(Storage storage) => false;

    internal void RetainGradient(int output, AutogradMeta meta) => (_retained ??= []).Add((output, meta));

    internal void ForgetRetained(AutogradMeta meta) => _retained?.RemoveAll(entry => ReferenceEquals(entry.Meta, meta));

    /// <summary>Hands complete gradients to the tensors whose program asked to keep them.</summary>
    internal void DeliverRetained(TensorImpl?[] gradients)
    {
        if (_retained is null)
        {
            return;
        }

        foreach ((int output, AutogradMeta meta) in _retained)
        {
            if (gradients[output] is { } gradient)
            {
                AccumulateGrad.Deliver(meta, gradient);
            }
        }
    }

    public override string ToString() => Name;
}
