using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>For each value, the number of elements of an ascending sequence below it (or, to the right, up to it).</summary>
    /// <param name="sorted_sequence">(n), or one sequence per row of values: (*, n).</param>
    /// <param name="values">The values.</param>
    /// <param name="out_int32">Whether the result is int32 instead of int64.</param>
    /// <param name="right">Whether equal elements count.</param>
    /// <param name="sorter">An order that would sort the sequence, if it is not sorted.</param>
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        using TensorImpl sequence = sorter is null ? sorted_sequence.Impl.Alias() : Aten.gather(sorted_sequence.Impl, -1, sorter.Impl);
        DType dtype = DTypes.Promote(sequence.DType, values.Impl.DType);
        using TensorImpl boundaries = sequence.DType == dtype ? sequence.Alias() : Aten._to_copy(sequence, dtype);
        using TensorImpl wanted = values.Impl.DType == dtype ? values.Impl.Alias() : Aten._to_copy(values.Impl, dtype);
        return new(Aten.searchsorted(boundaries, wanted, out_int32, right));
    }

    /// <inheritdoc cref="searchsorted(Tensor, Tensor, bool, bool, Tensor)"/>
    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor? sorter)
    {
        using var value = new Tensor(Aten.full([], values.Value, sorted_sequence.Impl.DType));
        return searchsorted(sorted_sequence, value, out_int32, right, sorter);
    }
}
