using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>The p-norm of vectors: over some dimensions, or all.</summary>
        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) =>
            new(Composite.norm(input.Impl, ord, dims ?? [], keepdim));

        /// <summary>A norm of matrices: 'fro' (root of the sum of squares) or 'nuc' (sum of singular values).</summary>
        /// <exception cref="ArgumentException">There is no norm of that name.</exception>
        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) => ord switch
        {
            "fro" => vector_norm(input, 2, dims ?? [-2, -1], keepdim),
            "nuc" => WrappedTensorDisposeScope(() => Restore(svdvals(MatricesLast(input, dims)).sum(-1L), input, dims, keepdim)),
            _ => throw new ArgumentException($"linalg.matrix_norm: Order {ord} not supported.", nameof(ord)),
        };

        /// <summary>A norm of matrices: ±2 by singular values, ±1 by sums of columns, ±∞ by sums of rows; the largest, or, if negative, the smallest.</summary>
        /// <exception cref="ArgumentException">There is no norm of that order.</exception>
        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false)
        {
            if (Math.Abs(ord) is not (1 or 2 or double.PositiveInfinity))
            {
                throw new ArgumentException($"linalg.matrix_norm: Order {ord} not supported.", nameof(ord));
            }

            return WrappedTensorDisposeScope(() =>
            {
                Tensor matrices = MatricesLast(input, dims);
                Tensor sizes = Math.Abs(ord) == 2 ? svdvals(matrices) : matrices.abs().sum(Math.Abs(ord) == 1 ? -2L : -1L);
                return Restore(ord > 0 ? sizes.amax([-1]) : sizes.amin([-1]), input, dims, keepdim);
            });
        }

        /// <summary>A matrix norm by name over two dimensions.</summary>
        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => matrix_norm(input, ord, dims, keepdim);

        /// <summary>A matrix norm over two dimensions (or of a matrix), else the p-norm of vectors.</summary>
        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            dims is { Length: 2 } || (dims is null && input.dim() == 2) ? matrix_norm(input, ord, dims, keepdim) : vector_norm(input, ord, dims, keepdim);

        /// <inheritdoc cref="norm(Tensor, double, long[], bool)"/>
        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => norm(input, (double)ord, dims, keepdim);

        /// <summary>The root of the sum of squares over some dimensions, or all.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => vector_norm(input, 2, dims, keepdim);

        /// <summary>The condition number by the largest and smallest singular value.</summary>
        public static Tensor cond(Tensor input) => cond(input, 2.0);

        /// <summary>The condition number: a norm of the matrix times that of its inverse.</summary>
        public static Tensor cond(Tensor input, int p) => cond(input, (double)p);

        /// <inheritdoc cref="cond(Tensor, int)"/>
        public static Tensor cond(Tensor input, double p) => WrappedTensorDisposeScope(() =>
        {
            if (Math.Abs(p) != 2)
            {
                return matrix_norm(input, p) * matrix_norm(inv(input), p);
            }

            Tensor s = svdvals(input);
            return p > 0 ? s.select(-1, 0) / s.select(-1, -1) : s.select(-1, -1) / s.select(-1, 0);
        });

        /// <inheritdoc cref="cond(Tensor, int)"/>
        public static Tensor cond(Tensor input, string p) => WrappedTensorDisposeScope(() => matrix_norm(input, p) * matrix_norm(inv(input), p));

        private static Tensor MatricesLast(Tensor input, long[]? dims) => dims is null ? input.SameTensor() : input.movedim(dims, [-2, -1]);

        /// <summary>Puts dimensions of size one where the matrices' dimensions were, if they are to be kept.</summary>
        private static Tensor Restore(Tensor result, Tensor input, long[]? dims, bool keepdim)
        {
            if (!keepdim)
            {
                return result;
            }

            int rank = (int)input.dim();
            foreach (long dim in (dims ?? [-2, -1]).Select(d => (long)ShapeErrors.WrapDim(d, rank)).Order())
            {
                result = result.unsqueeze(dim);
            }

            return result;
        }
    }
}
