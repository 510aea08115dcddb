using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Derivatives of indexing: what reads elements gives back by adding into zeros, and the other way round.</summary>
internal static class IndexingDerivatives
{
    public static TensorImpl?[] Embedding(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl indices = call.Input(1);
        long rows = call.Input(0).Sizes[0], padding = call.Int(0);
        using TensorImpl grad = call.Bool(1) ? OverFrequency(context.Grad(0)!, indices, rows) : context.Grad(0)!.Alias();
        return [Aten.embedding_dense_backward(grad, indices, rows, padding)];
    }

    public static TensorImpl?[] Gather(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Discarding(Zeros(call.Input(0)), zeros => Aten.scatter_add_(zeros, call.Int(0), call.Input(1), context.Grad(0)!))];
    }

    public static TensorImpl?[] ScatterSource(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl grad = context.Grad(0)!, index = call.Input(1);
        return
        [
            context.NeedsGrad(0) ? Aten.scatter(grad, call.Int(0), index, (ScalarValue)0.0) : null,
            null,
            context.NeedsGrad(2) ? SourceGradient(grad, call) : null,
        ];
    }

    public static TensorImpl?[] ScatterValue(BackwardContext context) =>
        [Aten.scatter(context.Grad(0)!, context.Call.Int(0), context.Call.Input(1), (ScalarValue)0.0)];

    public static TensorImpl?[] ScatterAdd(BackwardContext context) =>
    [
        context.Grad(0),
        null,
        context.NeedsGrad(2) ? SourceGradient(context.Grad(0)!, context.Call) : null,
    ];

    public static TensorImpl?[] IndexSelect(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Discarding(Zeros(call.Input(0)), zeros => Aten.index_add_(zeros, call.Int(0), call.Input(1), context.Grad(0)!, 1))];
    }

    public static TensorImpl?[] IndexAdd(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl? source = null;
        if (context.NeedsGrad(2))
        {
            using TensorImpl selected = Aten.index_select(context.Grad(0)!, call.Int(0), call.Input(1));
            source = Aten.mul(selected, call.Scalar(1));
        }

        return [context.Grad(0), null, source];
    }

    public static TensorImpl?[] Index(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl[] indices = call.Inputs[1..].ToArray()!;
        return [Discarding(Zeros(call.Input(0)), zeros => Aten.index_put_(zeros, context.Grad(0)!, call.Ints(0), accumulate: true, indices))];
    }

    public static TensorImpl?[] IndexPut(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl grad = context.Grad(0)!;
        TensorImpl[] indices = call.Inputs[2..].ToArray()!;
        TensorImpl? self = null;
        if (context.NeedsGrad(0) && !call.Bool(1))
        {
            using TensorImpl zero = Aten.full([], 0.0, grad.DType);
            self = Aten.index_put(grad, zero, call.Ints(0), accumulate: false, indices);
        }

        return
        [
            call.Bool(1) ? grad : self,
            context.NeedsGrad(1) ? Aten.index(grad, call.Ints(0), indices) : null,
        ];
    }

    public static TensorImpl?[] MaskedSelect(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl self = call.Input(0), mask = call.Input(1);
        long[] sizes = Backends.Cpu.IndexPlan.BroadcastSizes([self, mask]), places = sizes.Length == 0 ? [1] : sizes;
        using TensorImpl expanded = Views.expand(mask, places), zeros = Aten.full(places, 0.0, self.DType);
        using TensorImpl written = AdvancedIndexing.index_put_(zeros, [expanded], context.Grad(0)!, accumulate: false);
        return [Views.view(zeros, sizes)];
    }

    /// <summary>The gradient of a scattered source: what was read of it, zeros around that.</summary>
    private static TensorImpl SourceGradient(TensorImpl grad, OpInvocation call)
    {
        TensorImpl index = call.Input(1), source = call.Input(2);
        TensorImpl gathered = Aten.gather(grad, call.Int(0), index);
        if (index.Layout.SameSizes(source.Layout))
        {
            return gathered;
        }

        var pad = new long[2 * source.Rank];
        for (int d = 0; d < source.Rank; d++)
        {
            pad[2 * (source.Rank - 1 - d) + 1] = source.Sizes[d] - index.Sizes[d];
        }

        using (gathered)
        {
            return Aten.constant_pad_nd(gathered, pad, 0.0);
        }
    }

    private static TensorImpl Zeros(TensorImpl like) => Aten.full(like.Sizes.ToArray(), 0.0, like.DType);

    /// <summary>Runs an in-place op on a tensor and returns the tensor; of another handle that the op returns nothing remains.</summary>
    private static TensorImpl Discarding(TensorImpl tensor, Func<TensorImpl, TensorImpl> inPlace)
    {
        TensorImpl result = inPlace(tensor);
        if (!ReferenceEquals(result, tensor))
        {
            result.Dispose();
        }

        return tensor;
    }

    /// <summary>The gradient of each vector over the number of times its index occurs.</summary>
    private static TensorImpl OverFrequency(TensorImpl grad, TensorImpl indices, long rows)
    {
        using TensorImpl ones = Aten.full([.. indices.Sizes, 1], 1.0, grad.DType.ComputeType());
        using TensorImpl counts = Aten.embedding_dense_backward(ones, indices, rows, -1), frequency = Aten.embedding(counts, indices, -1);
        using TensorImpl scaled = Aten.div(grad, frequency);
        return Aten._to_copy(scaled, grad.DType);
    }
}
