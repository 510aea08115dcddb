using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of ops that put elements elsewhere.</summary>
internal static class ArrangeRules
{
    /// <summary>cat(dim, tensors); one-dimensional empty tensors take no part, as PyTorch has always let them.</summary>
    public static OutputSpec[] Cat(OpInvocation call)
    {
        if (call.Inputs.Length == 0)
        {
            throw ShapeErrors.Error("torch.cat(): expected a non-empty list of Tensors");
        }

        TensorImpl first = call.Input(0);
        DType dtype = first.DType;
        foreach (TensorImpl? tensor in call.Inputs)
        {
            dtype = DTypes.Promote(dtype, tensor!.DType);
            if (tensor.Rank == 0)
            {
                throw ShapeErrors.Error("zero-dimensional tensor cannot be concatenated");
            }

            if (IsSkipped(first) && !IsSkipped(tensor))
            {
                first = tensor;
            }
        }

        long[] sizes = first.Sizes.ToArray();
        int dim = ShapeErrors.WrapDim(call.Int(0), first.Rank);
        sizes[dim] = 0;
        for (int k = 0; k < call.Inputs.Length; k++)
        {
            TensorImpl tensor = call.Input(k);
            if (IsSkipped(tensor))
            {
                continue;
            }

            CheckCat(first, tensor, dim, k);
            sizes[dim] += tensor.Sizes[dim];
        }

        return [new OutputSpec(Layout.Contiguous(sizes), dtype)];
    }

    public static TensorImpl?[] CatDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl grad = context.Grad(0)!;
        var gradients = new TensorImpl?[call.Inputs.Length];
        long start = 0;
        for (int k = 0; k < gradients.Length; k++)
        {
            TensorImpl tensor = call.Input(k);
            if (tensor.Rank != grad.Rank)
            {
                gradients[k] = context.NeedsGrad(k) ? Aten.full(tensor.Sizes.ToArray(), 0.0, tensor.DType) : null;
                continue;
            }

            long length = tensor.Sizes[ShapeErrors.WrapDim(call.Int(0), grad.Rank)];
            gradients[k] = context.NeedsGrad(k) ? Views.narrow(grad, call.Int(0), start, length) : null;
            start += length;
        }

        return gradients;
    }

    /// <summary>tril, triu: a result like self, which has at least two dimensions.</summary>
    public static OutputSpec[] Triangle(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        return self.Rank >= 2 ? LikeSelf(self) : throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: input tensor must have at least 2 dimensions");
    }

    public static TensorImpl?[] TrilDerivative(BackwardContext context) => [Aten.tril(context.Grad(0)!, context.Call.Int(0))];

    public static TensorImpl?[] TriuDerivative(BackwardContext context) => [Aten.triu(context.Grad(0)!, context.Call.Int(0))];

    public static OutputSpec[] Flip(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        var seen = new HashSet<int>();
        foreach (long dim in call.Ints(0))
        {
            int wrapped = ShapeErrors.WrapDim(dim, self.Rank);
            if (!seen.Add(wrapped))
            {
                throw ShapeErrors.Error($"dim {wrapped} appears multiple times in the list of dims");
            }
        }

        return LikeSelf(self);
    }

    public static TensorImpl?[] FlipDerivative(BackwardContext context) => [Aten.flip(context.Grad(0)!, context.Call.Ints(0))];

    public static OutputSpec[] Pad(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long[] pad = call.Ints(0), sizes = self.Sizes.ToArray();
        if (pad.Length % 2 != 0 || pad.Length > 2 * sizes.Length)
        {
            throw ShapeErrors.Error($"Length of pad should be even and at most twice the number of dimensions of the input. Pad length is {pad.Length} while the input has {sizes.Length} dimensions.");
        }

        for (int i = 0; i < pad.Length; i += 2)
        {
            ref long size = ref sizes[sizes.Length - 1 - i / 2];
            long padded = size + pad[i] + pad[i + 1];
            if (padded < 0)
            {
                throw ShapeErrors.Error(
                    $"The input size {size}, plus negative padding {pad[i]} and {pad[i + 1]} resulted in a negative output size, which is invalid.");
            }

            size = padded;
        }

        return [new OutputSpec(Layout.Contiguous(sizes), self.DType)];
    }

    public static TensorImpl?[] PadDerivative(BackwardContext context) =>
        [Aten.constant_pad_nd(context.Grad(0)!, Array.ConvertAll(context.Call.Ints(0), static p => -p), 0.0)];

    /// <summary>sort(self, dim, descending, stable) gives values and indices.</summary>
    public static OutputSpec[] Sort(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        _ = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        var layout = Layout.Contiguous(self.Sizes.ToArray());
        return [new OutputSpec(layout, self.DType), new OutputSpec(layout, DType.Int64)];
    }

    public static TensorImpl?[] SortDerivative(BackwardContext context) => [AtIndices(context, context.Call.Int(0))];

    /// <summary>topk(self, k, dim, largest, sorted) gives values and indices.</summary>
    public static OutputSpec[] TopK(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        int dim = ShapeErrors.WrapDim(call.Int(1), self.Rank);
        long k = call.Int(0);
        if (k < 0 || k > (self.Rank == 0 ? 1 : self.Sizes[dim]))
        {
            throw ShapeErrors.Error("selected index k out of range");
        }

        long[] sizes = self.Sizes.ToArray();
        if (sizes.Length > 0)
        {
            sizes[dim] = k;
        }

        var layout = Layout.Contiguous(sizes);
        return [new OutputSpec(layout, self.DType), new OutputSpec(layout, DType.Int64)];
    }

    public static TensorImpl?[] TopKDerivative(BackwardContext context) => [AtIndices(context, context.Call.Int(1))];

    public static OutputSpec[] UpsampleNearest(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long[] size = call.Ints(0);
        if (self.Rank != 4 || self.Sizes[2] == 0 || self.Sizes[3] == 0 || size.Length != 2 || size[0] < 1 || size[1] < 1)
        {
            throw ShapeErrors.Error(
                $"upsample_nearest2d: Input and output sizes should be greater than 0, but got input {ShapeErrors.Text(self.Sizes)} and output {ShapeErrors.Text(size)}");
        }

        return [new OutputSpec(Layout.Contiguous(self.Sizes[0], self.Sizes[1], size[0], size[1]), self.DType)];
    }

    public static OutputSpec[] UpsampleNearestBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0);
        return [new OutputSpec(Layout.Contiguous((long[])call.Ints(1).Clone()), call.Input(0).DType)];
    }

    public static TensorImpl?[] UpsampleNearestDerivative(BackwardContext context) =>
        [Aten.upsample_nearest2d_backward(context.Grad(0)!, context.Call.Ints(0), context.Call.Input(0).Sizes.ToArray())];

    /// <summary>Puts the gradient of picked values (output 0) at the places they came from (output 1).</summary>
    private static TensorImpl? AtIndices(BackwardContext context, long dim)
    {
        if (context.Grad(0) is not { } grad)
        {
            return null;
        }

        TensorImpl self = context.Call.Input(0);
        using TensorImpl zeros = Aten.full(self.Sizes.ToArray(), 0.0, self.DType);
        return Aten.scatter(zeros, dim, context.Call.Outputs[1], grad);
    }

    private static OutputSpec[] LikeSelf(TensorImpl self) => [new OutputSpec(Layout.Contiguous(self.Sizes.ToArray()), self.DType)];

    private static bool IsSkipped(TensorImpl tensor) => tensor.Rank == 1 && tensor.Sizes[0] == 0;

    private static void CheckCat(TensorImpl first, TensorImpl tensor, int dim, int number)
    {
        if (tensor.Rank != first.Rank)
        {
            throw ShapeErrors.Error($"Tensors must have same number of dimensions: got {first.Rank} and {tensor.Rank}");
        }

        for (int d = 0; d < first.Rank; d++)
        {
            if (d != dim && tensor.Sizes[d] != first.Sizes[d])
            {
                throw ShapeErrors.Error(
                    $"Sizes of tensors must match except in dimension {dim}. Expected size {first.Sizes[d]} but got size {tensor.Sizes[d]} for tensor number {number} in the list.");
            }
        }
    }
}
