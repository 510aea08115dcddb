using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>
/// The backward of an in-place op on a view, as an operation on the view's base: outside of the view the gradient passes through,
/// inside it goes through the op's derivative. After PyTorch's node of the same name.
/// </summary>
internal sealed class CopySlices : Node
{
    private readonly ViewLink _view;
    private readonly Node _inner;
    private readonly int _output;
    private readonly int _self;

    /// <param name="view">How the view comes from the base.</param>
    /// <param name="inner">The in-place op's own node.</param>
    /// <param name="output">Which output of <paramref name="inner"/> the view is.</param>
    /// <param name="self">Which input of <paramref name="inner"/> the view is.</param>
    public CopySlices(ViewLink view, Node inner, int output, int self)
        : base(Edges(view, inner, self), [view.BaseMetadata], inner.ForwardLocation)
    {
        _view = view;
        _inner = inner;
        _output = output;
        _self = self;
    }

    public override string Name => nameof(CopySlices);

    internal override TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted)
    {
        TensorImpl result = GradientLayout.CloneAs(gradients[0]!, _view.BaseMetadata.Layout);
        using TensorImpl slice = _view.Replay(result);
        using TensorImpl sliceGradient = Aten.clone(slice);
        var innerGradients = new TensorImpl?[_inner.Outputs.Length];
        innerGradients[_output] = sliceGradient;
        TensorImpl?[] innerResults = _inner.Apply(innerGradients, wanted);
        var results = new TensorImpl?[Next.Length];
        for (int i = 0; i < innerResults.Length; i++)
        {
            if (i != _self)
            {
                results[i] = ReferenceEquals(innerResults[i], sliceGradient) ? Variable.Alias(sliceGradient) : innerResults[i];
            }
        }

        if (!wanted[_self])
        {
            result.Dispose();
        }
        else if (innerResults.Length > _self && innerResults[_self] is { } selfGradient)
        {
            if (!ReferenceEquals(selfGradient, sliceGradient))
            {
                Aten.copy_(slice, selfGradient);
                selfGradient.Dispose();
            }

            results[_self] = result;
        }
        else
        {
            Aten.zero_(slice);
            results[_self] = result;
        }

        return results;
    }

    internal override void ReleaseSaved() => _inner.ReleaseSaved();

    internal override bool Keeps(Storage storage) => _inner.Keeps(storage);

    private static Edge[] Edges(ViewLink view, Node inner, int self)
    {
        Edge[] edges = [.. inner.Next];
        edges[self] = view.BaseEdge;
        return edges;
    }
}
