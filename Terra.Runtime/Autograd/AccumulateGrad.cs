using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>The end of a path: adds what arrives to a leaf's gradient. Takes part before every other node that is ready.</summary>
internal sealed class AccumulateGrad(AutogradMeta leaf, GradientMetadata metadata) : Node([], [metadata], null, long.MaxValue)
{
    public override string Name => nameof(AccumulateGrad);

    internal override TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted)
    {
        Accumulate(gradients[0]!, isExclusive: false);
        return [];
    }

    /// <summary>
    /// The first gradient becomes the leaf's own: taken over if nobody else can see its bytes and it is laid out like the leaf,
    /// copied otherwise. A later one is added in place, or out of place while the backward pass is itself recorded.
    /// </summary>
    /// <param name="gradient">Borrowed.</param>
    /// <param name="isExclusive">Only the engine's own handles are on the gradient's storage.</param>
    internal void Accumulate(TensorImpl gradient, bool isExclusive)
    {
        lock (leaf)
        {
            if (leaf.Grad is not { } existing)
            {
                leaf.Grad = isExclusive && !GradMode.IsEnabled && FollowsLayout(gradient)
                    ? new TensorImpl(gradient.Storage, gradient.Layout, gradient.DType, gradient.Offset)
                    : GradientLayout.CloneAs(gradient, Outputs[0].Layout);
            }
            else if (GradMode.IsEnabled)
            {
                leaf.Grad = Aten.add(existing, gradient, 1);
                existing.Dispose();
            }
            else
            {
                Aten.add_(existing, gradient, 1);
            }
        }
    }

    /// <summary>Adds a gradient to that of a non-leaf with retain_grad.</summary>
    internal static void Deliver(AutogradMeta meta, TensorImpl gradient)
    {
        lock (meta)
        {
            TensorImpl? existing = meta.Grad;
            meta.Grad = existing is null ? Aten.clone(gradient) : Aten.add(existing, gradient, 1);
            existing?.Dispose();
        }
    }

    private bool FollowsLayout(TensorImpl gradient)
    {
        Layout wanted = Outputs[0].Layout;
        return wanted.IsDense() ? gradient.Layout.Equals(wanted) : gradient.Layout.IsContiguous;
    }
}
