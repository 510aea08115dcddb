using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Composite
{
    /// <summary>
    /// The product over the last dimension of one and the last but one of the other, with broadcast leading dimensions
    /// (torch.matmul): vectors, matrices and batches of them, by <c>mm</c> and <c>bmm</c>.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A scalar, or sizes that do not fit.</exception>
    public static TensorImpl matmul(TensorImpl self, TensorImpl other)
    {
        if (self.Rank == 0 || other.Rank == 0)
        {
            throw ShapeErrors.Error(
                $"both arguments to matmul need to be at least 1D, but they are {self.Rank}D and {other.Rank}D");
        }

        if (self.Rank == 1 && other.Rank == 1)
        {
            return dot(self, other);
        }

        if (self.Rank <= 2 && other.Rank <= 2)
        {
            return self.Rank == 1 ? VectorTimes(self, other) : other.Rank == 1 ? mv(self, other) : Aten.mm(self, other);
        }

        // A matrix on the right multiplies all rows of the left at once.
        if (other.Rank <= 2)
        {
            using TensorImpl rows = reshape(self, -1, self.Sizes[^1]);
            using TensorImpl product = other.Rank == 1 ? mv(rows, other) : Aten.mm(rows, other);
            return Views.view(product, other.Rank == 1 ? [.. self.Sizes[..^1]] : [.. self.Sizes[..^1], other.Sizes[1]]);
        }

        return BatchedProduct(self, other);
    }

    /// <summary>The inner product of two vectors.</summary>
    public static TensorImpl dot(TensorImpl self, TensorImpl tensor)
    {
        if (self.Rank != 1 || tensor.Rank != 1)
        {
            throw ShapeErrors.Error($"1D tensors expected, but got {self.Rank}D and {tensor.Rank}D tensors");
        }

        if (self.Sizes[0] != tensor.Sizes[0])
        {
            throw ShapeErrors.Error(
                $"inconsistent tensor size, expected tensor [{self.Sizes[0]}] and src [{tensor.Sizes[0]}] to have the same number of elements, but got {self.Sizes[0]} and {tensor.Sizes[0]} elements respectively");
        }

        using TensorImpl row = Views.unsqueeze(self, 0);
        using TensorImpl column = Views.unsqueeze(tensor, 1);
        using TensorImpl product = Aten.mm(row, column);
        return Views.view(product);
    }

    /// <summary>A matrix times a vector.</summary>
    public static TensorImpl mv(TensorImpl self, TensorImpl vec)
    {
        if (self.Rank != 2 || vec.Rank != 1)
        {
            throw ShapeErrors.Error($"vector + matrix @ vector expected, got 1, {self.Rank}, {vec.Rank}");
        }

        if (self.Sizes[1] != vec.Sizes[0])
        {
            throw ShapeErrors.Error($"size mismatch, got input ({self.Sizes[0]}), mat ({self.Sizes[0]}x{self.Sizes[1]}), vec ({vec.Sizes[0]})");
        }

        using TensorImpl column = Views.unsqueeze(vec, 1);
        using TensorImpl product = Aten.mm(self, column);
        return Views.squeeze(product, 1);
    }

    /// <summary>The products of all pairs of elements of two vectors.</summary>
    public static TensorImpl outer(TensorImpl self, TensorImpl vec2)
    {
        if (self.Rank != 1 || vec2.Rank != 1)
        {
            throw ShapeErrors.Error($"outer: Expected 1-D argument self and vec2, but got {self.Rank}-D and {vec2.Rank}-D");
        }

        using TensorImpl column = Views.unsqueeze(self, 1);
        return Aten.mul(column, vec2);
    }

    /// <summary><c>input @ weight.T + bias</c> over the last dimension. <paramref name="weight"/>: [out, in] or [in]; <paramref name="bias"/>: [out].</summary>
    public static TensorImpl linear(TensorImpl input, TensorImpl weight, TensorImpl? bias)
    {
        using TensorImpl transposed = Views.t(weight);
        if (bias is null)
        {
            return matmul(input, transposed);
        }

        if (input.Rank == 2 && weight.Rank == 2 && bias.Rank == 1)
        {
            return Aten.addmm(bias, input, transposed, 1, 1);
        }

        if (input.Rank > 2 && weight.Rank == 2 && bias.Rank == 1)
        {
            using TensorImpl rows = reshape(input, -1, input.Sizes[^1]);
            using TensorImpl flat = Aten.addmm(bias, rows, transposed, 1, 1);
            return Views.view(flat, [.. input.Sizes[..^1], weight.Sizes[0]]);
        }

        using TensorImpl product = matmul(input, transposed);
        return Aten.add(product, bias, 1);
    }

    private static TensorImpl VectorTimes(TensorImpl vector, TensorImpl matrix)
    {
        using TensorImpl row = Views.unsqueeze(vector, 0);
        using TensorImpl product = Aten.mm(row, matrix);
        return Views.squeeze(product, 0);
    }

    private static TensorImpl BatchedProduct(TensorImpl self, TensorImpl other)
    {
        using TensorImpl left = self.Rank == 1 ? Views.unsqueeze(self, 0) : self.Alias();
        using TensorImpl right = other.Rank == 1 ? Views.unsqueeze(other, 1) : other.Alias();
        long[] batch = BroadcastSizes(left.Sizes[..^2], right.Sizes[..^2]);
        using TensorImpl leftBatches = AsBatches(left, batch);
        using TensorImpl rightBatches = AsBatches(right, batch);
        using TensorImpl product = Aten.bmm(leftBatches, rightBatches);
        List<long> sizes = [.. batch];
        if (self.Rank > 1)
        {
            sizes.Add(left.Sizes[^2]);
        }

        if (other.Rank > 1)
        {
            sizes.Add(right.Sizes[^1]);
        }

        return Views.view(product, [.. sizes]);
    }

    private static TensorImpl AsBatches(TensorImpl tensor, long[] batch)
    {
        using TensorImpl expanded = Views.expand(tensor, [.. batch, tensor.Sizes[^2], tensor.Sizes[^1]]);
        long count = 1;
        foreach (long size in batch)
        {
            count *= size;
        }

        return reshape(expanded, count, tensor.Sizes[^2], tensor.Sizes[^1]);
    }

    private static long[] BroadcastSizes(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var sizes = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= sizes.Length; i++)
        {
            long left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            sizes[^i] = left == right || right == 1 ? left : left == 1 ? right : throw ShapeErrors.NotBroadcastable(a, b);
        }

        return sizes;
    }
}
