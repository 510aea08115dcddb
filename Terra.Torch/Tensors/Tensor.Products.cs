using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary><paramref name="beta"/> × this + <paramref name="alpha"/> × <paramref name="mat"/> @ <paramref name="vec"/>.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => new(AddMatrixVector(Impl, mat.Impl, vec.Impl, beta, alpha));

        /// <inheritdoc cref="addmv"/>
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Overwrite(self => AddMatrixVector(self, mat.Impl, vec.Impl, beta, alpha));

        /// <inheritdoc cref="addmm"/>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Overwrite(self => Aten.addmm(self, mat1.Impl, mat2.Impl, (double)beta, (double)alpha));

        /// <summary><paramref name="beta"/> × this + <paramref name="alpha"/> × the outer product of two vectors.</summary>
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => new(AddOuter(Impl, vec1.Impl, vec2.Impl, beta, alpha));

        /// <inheritdoc cref="addr"/>
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Overwrite(self => AddOuter(self, vec1.Impl, vec2.Impl, beta, alpha));

        /// <summary><paramref name="beta"/> × this + <paramref name="alpha"/> × the sum of the products of two batches of matrices.</summary>
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => new(AddBatches(Impl, batch1.Impl, batch2.Impl, beta, alpha));

        /// <inheritdoc cref="addbmm"/>
        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Overwrite(self => AddBatches(self, batch1.Impl, batch2.Impl, beta, alpha));

        /// <summary>The sums of products over both last dimensions: [*a, n] and [*b, n] give [*a, *b].</summary>
        public Tensor inner(Tensor vec2) => dim() == 0 || vec2.dim() == 0 ? this * vec2 : tensordot(vec2, [-1], [-1]);

        /// <summary>The sums of products over this tensor's last <paramref name="dims"/> dimensions and the other's first.</summary>
        public Tensor tensordot(Tensor b, long dims = 2)
        {
            long[] mine = new long[dims], others = new long[dims];
            for (int i = 0; i < dims; i++)
            {
                mine[i] = dim() - dims + i;
                others[i] = i;
            }

            return tensordot(b, mine, others);
        }

        /// <summary>The sums of products over pairs of dimensions.</summary>
        public Tensor tensordot(Tensor b, (long, long)[] dims) =>
            tensordot(b, Array.ConvertAll(dims, static pair => pair.Item1), Array.ConvertAll(dims, static pair => pair.Item2));

        /// <summary>The sums of products over pairs of dimensions: this tensor's other dimensions first, then those of <paramref name="b"/>.</summary>
        /// <exception cref="ArgumentException">The dimensions do not pair, or their sizes differ.</exception>
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2)
        {
            if (dims1.Length != dims2.Length)
            {
                throw new ArgumentException($"tensordot: both dimension lists should have the same length, but got {dims1.Length} and {dims2.Length}");
            }

            int[] contracted1 = Array.ConvertAll(dims1, d => WrapDim(d)), contracted2 = Array.ConvertAll(dims2, d => b.WrapDim(d));
            long[] sizes1 = shape, sizes2 = b.shape;
            long inner = 1;
            for (int i = 0; i < contracted1.Length; i++)
            {
                if (sizes1[contracted1[i]] != sizes2[contracted2[i]])
                {
                    throw new ArgumentException(
                        $"tensordot: contracted dimensions need to match, but first has size {sizes1[contracted1[i]]} in dim {contracted1[i]} and second has size {sizes2[contracted2[i]]} in dim {contracted2[i]}");
                }

                inner *= sizes1[contracted1[i]];
            }

            int[] free1 = [.. Enumerable.Range(0, sizes1.Length).Except(contracted1)], free2 = [.. Enumerable.Range(0, sizes2.Length).Except(contracted2)];
            long rows = Array.ConvertAll(free1, d => sizes1[d]).TotalSize(), columns = Array.ConvertAll(free2, d => sizes2[d]).TotalSize();
            long[] order1 = [.. free1.Concat(contracted1).Select(d => (long)d)], order2 = [.. contracted2.Concat(free2).Select(d => (long)d)];
            return WrappedTensorDisposeScope(() => permute(order1).reshape(rows, inner)
                .mm(b.permute(order2).reshape(inner, columns))
                .view([.. free1.Select(d => sizes1[d]), .. free2.Select(d => sizes2[d])]));
        }

        /// <summary>Each element times the whole other tensor, put together as blocks.</summary>
        public Tensor kron(Tensor other)
        {
            int rank = (int)Math.Max(dim(), other.dim());
            long[] mine = new long[2 * rank], others = new long[2 * rank], sizes = new long[rank];
            for (int i = 1; i <= rank; i++)
            {
                mine[2 * (rank - i)] = i <= dim() ? shape[^i] : 1;
                mine[(2 * (rank - i)) + 1] = 1;
                others[2 * (rank - i)] = 1;
                others[(2 * (rank - i)) + 1] = i <= other.dim() ? other.shape[^i] : 1;
                sizes[rank - i] = mine[2 * (rank - i)] * others[(2 * (rank - i)) + 1];
            }

            return WrappedTensorDisposeScope(() => (reshape(mine) * other.reshape(others)).reshape(sizes));
        }

        /// <summary>The product of n copies of square matrices; of their inverses if n is negative.</summary>
        public Tensor matrix_power(int n) => WrappedTensorDisposeScope(() =>
        {
            Tensor factor = n < 0 ? linalg.inv(this) : this;
            Tensor power = eye(shape[^1], dtype: dtype).expand(shape).clone();
            for (uint rest = (uint)Math.Abs((long)n); rest != 0; rest >>= 1)
            {
                power = (rest & 1) != 0 ? power.matmul(factor) : power;
                factor = rest > 1 ? factor.matmul(factor) : factor;
            }

            return power;
        });

        private static TensorImpl AddMatrixVector(TensorImpl self, TensorImpl matrix, TensorImpl vector, float beta, float alpha)
        {
            using TensorImpl product = Composite.mv(matrix, vector);
            return AddScaled(self, product, beta, alpha);
        }

        private static TensorImpl AddOuter(TensorImpl self, TensorImpl vector1, TensorImpl vector2, float beta, float alpha)
        {
            using TensorImpl product = Composite.outer(vector1, vector2);
            return AddScaled(self, product, beta, alpha);
        }

        private static TensorImpl AddBatches(TensorImpl self, TensorImpl batch1, TensorImpl batch2, float beta, float alpha)
        {
            using TensorImpl products = Aten.bmm(batch1, batch2), product = Aten.sum(products, [0], false, null);
            return AddScaled(self, product, beta, alpha);
        }

        /// <summary>beta × self + alpha × product; with beta zero self does not count, not even its NaN.</summary>
        private static TensorImpl AddScaled(TensorImpl self, TensorImpl product, float beta, float alpha)
        {
            if (beta == 0)
            {
                return Aten.mul(product, (ScalarValue)(double)alpha);
            }

            using TensorImpl scaled = beta == 1 ? self.Alias() : Aten.mul(self, (ScalarValue)(double)beta);
            return Aten.add(scaled, product, (ScalarValue)(double)alpha);
        }
    }
}
