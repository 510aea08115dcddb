using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The product of vectors, matrices, or batches of matrices, broadcast over the batch dimensions.</summary>
        public Tensor matmul(Tensor target) => new(Composite.matmul(Impl, target.Impl));

        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => new(Aten.mm(Impl, target.Impl));

        /// <summary>The product of a matrix and a vector.</summary>
        public Tensor mv(Tensor target) => new(Composite.mv(Impl, target.Impl));

        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) => new(Aten.bmm(Impl, batch2.Impl));

        /// <summary>The inner product of two vectors.</summary>
        public Tensor dot(Tensor target) => new(Composite.dot(Impl, target.Impl));

        /// <inheritdoc cref="dot"/>
        public Tensor vdot(Tensor target) => dot(target);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => new(Composite.outer(Impl, vec2.Impl));

        /// <inheritdoc cref="outer"/>
        public Tensor ger(Tensor vec2) => outer(vec2);

        /// <summary><paramref name="beta"/> × this + <paramref name="alpha"/> × <paramref name="mat1"/> @ <paramref name="mat2"/>.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            new(Aten.addmm(Impl, mat1.Impl, mat2.Impl, (double)beta, (double)alpha));

        /// <summary><paramref name="beta"/> × this + <paramref name="alpha"/> × <paramref name="batch1"/> @ <paramref name="batch2"/>, for each matrix of the batches.</summary>
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            new(Aten.baddbmm(Impl, batch1.Impl, batch2.Impl, (double)beta, (double)alpha));

        /// <summary>The sum of a matrix's diagonal.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is not a matrix.</exception>
        public Tensor trace()
        {
            if (Impl.Rank != 2)
            {
                throw ShapeErrors.Error("trace: expected a matrix");
            }

            using TensorImpl diagonal = Views.diagonal(Impl);
            return new(Aten.sum(diagonal, [], false, null));
        }
    }
}
