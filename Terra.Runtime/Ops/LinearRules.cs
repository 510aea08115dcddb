using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules of the matrix products.</summary>
internal static class LinearRules
{
    /// <summary>The product of two matrices (rank 2) or of two batches of them (rank 3).</summary>
    public static OutputSpec Product(OpInvocation call, int left, int right, int rank)
    {
        TensorImpl a = call.Input(left), b = call.Input(right);
        string op = call.Op.Name["aten::".Length..];
        if (a.Rank != rank || b.Rank != rank)
        {
            throw rank == 2
                ? ShapeErrors.Error($"{op}: mat1 and mat2 must be 2-D tensors, but got {a.Rank}-D and {b.Rank}-D tensors")
                : ShapeErrors.Error($"batch1 and batch2 must be 3D tensors, but {op} got {a.Rank}-D and {b.Rank}-D tensors");
        }

        if (a.DType != b.DType)
        {
            throw ShapeErrors.Error($"{op}: expected m1 and m2 to have the same dtype, but got: {ShapeErrors.Name(a.DType)} != {ShapeErrors.Name(b.DType)}");
        }

        if (a.DType == DType.Bool)
        {
            throw ShapeErrors.NotImplemented(op, a.DType);
        }

        if (rank == 2)
        {
            if (a.Sizes[1] != b.Sizes[0])
            {
                throw ShapeErrors.Error($"mat1 and mat2 shapes cannot be multiplied ({a.Sizes[0]}x{a.Sizes[1]} and {b.Sizes[0]}x{b.Sizes[1]})");
            }

            return new OutputSpec(Layout.Contiguous(a.Sizes[0], b.Sizes[1]), a.DType);
        }

        if (a.Sizes[0] != b.Sizes[0] || a.Sizes[2] != b.Sizes[1])
        {
            throw ShapeErrors.Error($"Expected size for first two dimensions of batch2 tensor to be: [{a.Sizes[0]}, {a.Sizes[2]}] but got: [{b.Sizes[0]}, {b.Sizes[1]}].");
        }

        return new OutputSpec(Layout.Contiguous(a.Sizes[0], a.Sizes[1], b.Sizes[2]), a.DType);
    }

    /// <summary>A product with a tensor added that broadcasts to it.</summary>
    public static OutputSpec AddProduct(OpInvocation call, int rank)
    {
        OutputSpec product = Product(call, 1, 2, rank);
        TensorImpl self = call.Input(0);
        if (self.DType != product.DType)
        {
            throw ShapeErrors.Error($"self and mat2 must have the same dtype, but got {ShapeErrors.Name(self.DType)} and {ShapeErrors.Name(product.DType)}");
        }

        ReadOnlySpan<long> sizes = product.Layout.Sizes;
        bool fits = self.Rank <= rank;
        for (int i = 1; fits && i <= self.Rank; i++)
        {
            fits = self.Sizes[^i] == 1 || self.Sizes[^i] == sizes[^i];
        }

        return fits ? product : throw ShapeErrors.Error(
            $"The expanded size of the tensor {ShapeErrors.Text(sizes)} must match the existing size {ShapeErrors.Text(self.Sizes)} at each non-singleton dimension");
    }
}
