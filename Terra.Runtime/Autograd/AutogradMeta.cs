using Terra.Runtime.Core;

namespace Terra.Runtime.Autograd;

/// <summary>
/// A tensor's identity in autograd. Handles on the same tensor (<see cref="Variable.Alias"/>) share one instance, so that the
/// gradient is found through any of them, and outlives each of them.
/// </summary>
public sealed class AutogradMeta
{
    private AccumulateGrad? _accumulator;

    /// <summary>Set by the program on a leaf.</summary>
    public bool RequiresGrad { get; internal set; }

    /// <summary>
    /// The accumulated gradient of a leaf (or of a tensor with retain_grad), a handle that this instance owns; see
    /// <see cref="Variable.SetGradient"/> to replace it and <see cref="Variable.Gradient"/> for a handle of one's own.
    /// </summary>
    public TensorImpl? Grad { get; internal set; }

    /// <summary>The program asked to keep the gradient of this non-leaf.</summary>
    public bool RetainsGrad { get; internal set; }

    /// <summary>The node that computed the tensor; null for leafs. Of a view it may be stale: <see cref="Variable.GradFn"/> renews it.</summary>
    internal Node? GradFn { get; set; }

    /// <summary>Which output of <see cref="GradFn"/> the tensor is.</summary>
    internal int OutputIndex { get; set; }

    /// <summary>How the tensor came from its base, if it is a view.</summary>
    internal ViewLink? View { get; init; }

    /// <summary>The tensor was written and is now what another node computed: the gradient that the program asked to keep is that of the new value.</summary>
    internal void MoveTo(Node node, int output)
    {
        if (RetainsGrad)
        {
            GradFn?.ForgetRetained(this);
            node.RetainGradient(output, this);
        }

        (GradFn, OutputIndex) = (node, output);
    }

    /// <summary>The sink of a leaf's gradient: one for each leaf, however many ops use it. Thread-safe.</summary>
    internal AccumulateGrad Accumulator(GradientMetadata metadata) =>
        _accumulator ?? Interlocked.CompareExchange(ref _accumulator, new AccumulateGrad(this, metadata), null) ?? _accumulator;
}
