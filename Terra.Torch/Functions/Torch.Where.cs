using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The elements of <paramref name="x"/> where the condition holds, else those of <paramref name="y"/>; broadcast.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => new(Aten.where(condition.Impl, x.Impl, y.Impl));

    /// <summary>For each dimension, the indices of the elements that are not zero.</summary>
    public static Tensor[] where(Tensor condition)
    {
        using TensorImpl positions = Aten.nonzero(condition.Impl);
        return Views.unbind(positions, 1).Wrap();
    }
}
