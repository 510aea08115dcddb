using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>The product of matrices, in the order that needs the fewest multiplications; the first and the last may be vectors.</summary>
        /// <exception cref="ArgumentException">There are fewer than two.</exception>
        public static Tensor multi_dot(IList<Tensor> tensors)
        {
            if (tensors.Count < 2)
            {
                throw new ArgumentException("multi_dot(): expected at least 2 tensors", nameof(tensors));
            }

            return WrappedTensorDisposeScope(() =>
            {
                Tensor[] matrices = [.. tensors];
                bool startsWithVector = matrices[0].dim() == 1, endsWithVector = matrices[^1].dim() == 1;
                matrices[0] = startsWithVector ? matrices[0].unsqueeze(0) : matrices[0];
                matrices[^1] = endsWithVector ? matrices[^1].unsqueeze(1) : matrices[^1];
                Tensor product = Product(matrices, BestSplits(matrices), 0, matrices.Length - 1);
                product = endsWithVector ? product.squeeze(1) : product;
                return startsWithVector ? product.squeeze(0) : product;
            });
        }

        /// <summary>The cross product of vectors of three elements along a dimension.</summary>
        /// <exception cref="ArgumentException">The dimension's size is not three.</exception>
        public static Tensor cross(Tensor input, Tensor other, long dim = -1)
        {
            if (input.size((int)dim) != 3 || other.size((int)dim) != 3)
            {
                throw new ArgumentException($"linalg.cross: inputs dimension {dim} must have length 3. Got {input.size((int)dim)} and {other.size((int)dim)}");
            }

            return WrappedTensorDisposeScope(() =>
                (input.roll(-1, dim) * other.roll(-2, dim)) - (input.roll(-2, dim) * other.roll(-1, dim)));
        }

        /// <summary>A view of the matrices' diagonals, as the last dimension.</summary>
        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => input.diagonal(offset, dim1, dim2);

        /// <summary>Columns of powers of a vector's elements, ascending from zero.</summary>
        public static Tensor vander(Tensor input, long? N = null) => input.vander(N ?? input.size(-1), true);

        /// <summary>Inner products of vectors along a dimension.</summary>
        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null) => Into(@out, WrappedTensorDisposeScope(() => (x * y).sum(dim)));

        /// <summary>The exponential of square matrices, by scaling, a Taylor polynomial of degree 18, and squaring.</summary>
        public static Tensor matrix_exp(Tensor input) => WrappedTensorDisposeScope(() =>
        {
            double size = input.numel() == 0 ? 0 : matrix_norm(input.detach().to(ScalarType.Float64), 1.0).max().item<double>();
            int squarings = size > 1 ? (int)Math.Ceiling(Math.Log2(size)) : 0;
            Tensor scaled = input / Math.Pow(2, squarings);
            Tensor identity = eye(input.shape[^1], dtype: input.dtype).expand(input.shape);
            Tensor result = identity;
            for (int k = 18; k >= 1; k--)
            {
                result = identity + (scaled.matmul(result) / k);
            }

            for (int i = 0; i < squarings; i++)
            {
                result = result.matmul(result);
            }

            return result.clone();
        });

        private static Tensor Product(Tensor[] matrices, int[,] splits, int first, int last) => first == last
            ? matrices[first]
            : Product(matrices, splits, first, splits[first, last]).mm(Product(matrices, splits, splits[first, last] + 1, last));

        /// <summary>Where to split each chain of matrices (Cormen et al., Introduction to Algorithms, 15.2).</summary>
        private static int[,] BestSplits(Tensor[] matrices)
        {
            int n = matrices.Length;
            long[] sizes = [matrices[0].shape[0], .. matrices.Select(matrix => matrix.shape[1])];
            var costs = new double[n, n];
            var splits = new int[n, n];
            for (int length = 1; length < n; length++)
            {
                for (int first = 0; first + length < n; first++)
                {
                    int last = first + length;
                    costs[first, last] = double.PositiveInfinity;
                    for (int split = first; split < last; split++)
                    {
                        double cost = costs[first, split] + costs[split + 1, last] + ((double)sizes[first] * sizes[split + 1] * sizes[last + 1]);
                        if (cost < costs[first, last])
                        {
                            (costs[first, last], splits[first, last]) = (cost, split);
                        }
                    }
                }
            }

            return splits;
        }
    }
}
