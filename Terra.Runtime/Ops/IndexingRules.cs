using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules of indexing.</summary>
internal static class IndexingRules
{
    public static OutputSpec[] Embedding(OpInvocation call)
    {
        TensorImpl weight = call.Input(0), indices = call.Input(1);
        if (weight.Rank != 2)
        {
            throw ShapeErrors.Error("'weight' must be 2-D");
        }

        CheckIntegral("embedding", indices);
        return [new OutputSpec(Layout.Contiguous([.. indices.Sizes, weight.Sizes[1]]), weight.DType)];
    }

    /// <summary>embedding_dense_backward(grad, indices, num_weights, padding_idx).</summary>
    public static OutputSpec[] EmbeddingBackward(OpInvocation call)
    {
        TensorImpl grad = call.Input(0), indices = call.Input(1);
        ShapeRules.CheckFloats(call, 0);
        CheckIntegral("embedding_backward", indices);
        if (grad.Rank == 0)
        {
            throw ShapeErrors.Rank("embedding_backward", "grad_output", "at least 1-D", grad.Sizes);
        }

        ShapeRules.CheckSizes(call, 0, [.. indices.Sizes, grad.Sizes[^1]]);
        return [new OutputSpec(Layout.Contiguous(call.Int(0), grad.Sizes[^1]), grad.DType)];
    }

    public static OutputSpec[] Gather(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1);
        int dim = CheckGatherIndex("gather", self, index, call.Int(0));
        for (int d = 0; d < index.Rank; d++)
        {
            if (d != dim && self.Rank > 0 && index.Sizes[d] > self.Sizes[d])
            {
                throw ShapeErrors.Error(
                    $"Size does not match at dimension {d} expected index {ShapeErrors.Text(index.Sizes)} to be no larger than self {ShapeErrors.Text(self.Sizes)} apart from dimension {dim}");
            }
        }

        return [new OutputSpec(Layout.Contiguous(index.Sizes.ToArray()), self.DType)];
    }

    /// <summary>scatter and scatter_add with a source tensor at position 2.</summary>
    public static OutputSpec[] ScatterSource(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1), source = call.Input(2);
        CheckScatter(call, self, index);
        if (source.DType != self.DType)
        {
            throw ShapeErrors.Error("scatter(): Expected self.dtype to be equal to src.dtype");
        }

        bool fits = source.Rank == index.Rank || index.Rank == 0 || source.Rank == 0;
        for (int d = 0; fits && d < Math.Min(index.Rank, source.Rank); d++)
        {
            fits = index.Sizes[d] <= source.Sizes[d];
        }

        return fits ? ResultLikeSelf(call) : throw ShapeErrors.Error(
            $"Expected index {ShapeErrors.Text(index.Sizes)} to be no larger than src {ShapeErrors.Text(source.Sizes)}");
    }

    public static OutputSpec[] ScatterValue(OpInvocation call)
    {
        CheckScatter(call, call.Input(0), call.Input(1));
        return ResultLikeSelf(call);
    }

    public static OutputSpec[] IndexSelect(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1);
        int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        CheckIndexList("index_select", index);
        long[] sizes = self.Sizes.ToArray();
        if (sizes.Length > 0)
        {
            sizes[dim] = index.NumberOfElements;
        }

        return [new OutputSpec(Layout.Contiguous(sizes), self.DType)];
    }

    /// <summary>index_add(self, dim, index, source, alpha).</summary>
    public static OutputSpec[] IndexAdd(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1), source = call.Input(2);
        int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        CheckIndexList("index_add_", index);
        if (source.DType != self.DType)
        {
            throw ShapeErrors.Error($"index_add_(): self ({ShapeErrors.Name(self.DType)}) and source ({ShapeErrors.Name(source.DType)}) must have the same scalar type");
        }

        bool fits = source.Rank == self.Rank;
        for (int d = 0; fits && d < self.Rank; d++)
        {
            fits = source.Sizes[d] == (d == dim ? index.NumberOfElements : self.Sizes[d]);
        }

        return fits ? ResultLikeSelf(call) : throw ShapeErrors.Error(
            $"source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = {ShapeErrors.Text(self.Sizes)} source.shape = {ShapeErrors.Text(source.Sizes)}");
    }

    /// <summary>index(self, dims, indices).</summary>
    public static OutputSpec[] Index(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        return [new OutputSpec(Layout.Contiguous(Plan(call, 1).Sizes), self.DType)];
    }

    /// <summary>index_put(self, values, dims, accumulate, indices).</summary>
    public static OutputSpec[] IndexPut(OpInvocation call)
    {
        TensorImpl self = call.Input(0), values = call.Input(1);
        long[] sizes = Plan(call, 2).Sizes;
        if (values.DType != self.DType)
        {
            throw ShapeErrors.Error(
                $"Index put requires the source and destination dtypes match, got {ShapeErrors.Name(self.DType)} for the destination and {ShapeErrors.Name(values.DType)} for the source.");
        }

        bool fits = values.Rank <= sizes.Length;
        for (int i = 1; fits && i <= values.Rank; i++)
        {
            fits = values.Sizes[^i] == 1 || values.Sizes[^i] == sizes[^i];
        }

        return fits ? ResultLikeSelf(call) : throw ShapeErrors.Error(
            $"shape mismatch: value tensor of shape {ShapeErrors.Text(values.Sizes)} cannot be broadcast to indexing result of shape {ShapeErrors.Text(sizes)}");
    }

    /// <summary>Counts, so it waits for the data: the op cannot be deferred.</summary>
    public static OutputSpec[] Nonzero(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        _ = self.ReadData();
        return [new OutputSpec(Layout.Contiguous(MaskKernels.CountNonzero(self), self.Rank), DType.Int64)];
    }

    /// <summary>Looks for the greatest number, so it waits for the data: the op cannot be deferred.</summary>
    public static OutputSpec[] Bincount(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        if (self.Rank != 1 || self.DType != DType.Int64)
        {
            throw ShapeErrors.Error("bincount only supports 1-d non-negative integral inputs.");
        }

        _ = self.ReadData();
        (long least, long greatest) = self.NumberOfElements == 0 ? (0, -1) : CountKernels.Extremes(self);
        return least >= 0
            ? [new OutputSpec(Layout.Contiguous(Math.Max(greatest + 1, call.Int(0))), DType.Int64)]
            : throw ShapeErrors.Error("bincount only supports 1-d non-negative integral inputs.");
    }

    /// <summary>Counts, so it waits for the data: the op cannot be deferred.</summary>
    public static OutputSpec[] MaskedSelect(OpInvocation call)
    {
        TensorImpl self = call.Input(0), mask = call.Input(1);
        if (mask.DType != DType.Bool)
        {
            throw ShapeErrors.Error("masked_select: expected BoolTensor for mask");
        }

        long[] sizes = IndexPlan.BroadcastSizes([self, mask]);
        _ = mask.ReadData();
        return [new OutputSpec(Layout.Contiguous(MaskKernels.CountMasked(mask, sizes)), self.DType)];
    }

    private static OutputSpec[] ResultLikeSelf(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        return call.Op.Schema.ReturnsInput[0] >= 0 ? [] : [new OutputSpec(Layout.Contiguous(self.Sizes.ToArray()), self.DType)];
    }

    private static void CheckScatter(OpInvocation call, TensorImpl self, TensorImpl index)
    {
        int dim = CheckGatherIndex("scatter", self, index, call.Int(0));
        for (int d = 0; d < Math.Min(index.Rank, self.Rank); d++)
        {
            if (d != dim && index.Sizes[d] > self.Sizes[d])
            {
                throw ShapeErrors.Error(
                    $"Expected index {ShapeErrors.Text(index.Sizes)} to be no larger than self {ShapeErrors.Text(self.Sizes)} apart from dimension {dim}");
            }
        }
    }

    private static int CheckGatherIndex(string op, TensorImpl self, TensorImpl index, long dim)
    {
        int wrapped = ShapeErrors.WrapDim(dim, self.Rank);
        if (index.DType != DType.Int64)
        {
            throw ShapeErrors.Error($"{op}(): Expected dtype int64 for index");
        }

        if (Math.Max(index.Rank, 1) != Math.Max(self.Rank, 1))
        {
            throw ShapeErrors.Error("Index tensor must have the same number of dimensions as input tensor");
        }

        return wrapped;
    }

    private static void CheckIndexList(string op, TensorImpl index)
    {
        CheckIntegral(op, index);
        if (index.Rank > 1)
        {
            throw ShapeErrors.Error($"{op}(): Index is supposed to be a vector");
        }
    }

    private static void CheckIntegral(string op, TensorImpl index)
    {
        if (index.DType is not (DType.Int64 or DType.Int32))
        {
            throw ShapeErrors.Error(
                $"Expected tensor for argument 'indices' of {op} to have one of the following scalar types: Long, Int; but got {ShapeErrors.Name(index.DType)} instead");
        }
    }

    private static IndexPlan Plan(OpInvocation call, int first)
    {
        TensorImpl self = call.Input(0);
        long[] dims = call.Ints(0);
        ReadOnlySpan<TensorImpl?> indices = call.Inputs[first..];
        if (indices.Length != dims.Length || dims.Length > self.Rank)
        {
            throw ShapeErrors.Error($"too many indices for tensor of dimension {self.Rank}");
        }

        foreach (TensorImpl? index in indices)
        {
            if (index!.DType != DType.Int64)
            {
                throw ShapeErrors.Error("tensors used as indices must be long, byte or bool tensors");
            }
        }

        return new IndexPlan(self, indices, dims);
    }
}
