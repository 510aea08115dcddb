using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>L with A = L Lᵀ, of symmetric positive-definite matrices (*, n, n).</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is not positive-definite.</exception>
        public static Tensor cholesky(Tensor input) => First(Aten.linalg_cholesky_ex(input.Impl, false, true));

        /// <summary>L with A = L Lᵀ, and of each matrix 0 (int32) or the order of the minor that is not positive.</summary>
        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) => Aten.linalg_cholesky_ex(input.Impl, false, check_errors).WrapPair();

        /// <summary>A = P L U with a permutation P, L with ones on its diagonal, and U upper triangular.</summary>
        /// <exception cref="NotSupportedException">Pivoting is switched off.</exception>
        public static (Tensor P, Tensor L, Tensor U) lu(Tensor input, bool pivot = true)
        {
            if (!pivot)
            {
                throw new NotSupportedException("linalg.lu: the decomposition always pivots; leave pivot at true");
            }

            TensorImpl[] parts = Aten.linalg_lu(input.Impl);
            return (new(parts[0]), new(parts[1]), new(parts[2]));
        }

        /// <summary>How much of a QR decomposition is wanted.</summary>
        public enum QRMode
        {
            /// <summary>Q with min(m, n) columns.</summary>
            Reduced = 0,

            /// <summary>A square Q.</summary>
            Complete = 1,

            /// <summary>Only R.</summary>
            R = 2,
        }

        /// <summary>A = Q R with orthonormal columns of Q, and R upper triangular.</summary>
        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced)
        {
            (Tensor q, Tensor r) = Aten.linalg_qr(input.Impl, mode == QRMode.Complete).WrapPair();
            if (mode != QRMode.R)
            {
                return (q, r);
            }

            q.Dispose();
            return (empty(0, input.dtype), r);
        }

        /// <summary>Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices.</summary>
        /// <param name="input">(*, n, n).</param>
        /// <param name="UPLO">Which triangle is read: 'L' or 'U'.</param>
        /// <exception cref="ArgumentException">UPLO is another letter.</exception>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Aten.linalg_eigh(input.Impl, IsUpper(UPLO)).WrapPair();

        /// <summary>Eigenvalues of symmetric matrices, ascending.</summary>
        /// <inheritdoc cref="eigh"/>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => First(Aten.linalg_eigh(input.Impl, IsUpper(UPLO)));

        /// <summary>A = U diag(S) Vᵀ: U, the singular values S, descending, and Vᵀ. U and V are square, or else have min(m, n) columns.</summary>
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
        {
            TensorImpl[] parts = Aten.linalg_svd(input.Impl, fullMatrices);
            return (new(parts[0]), new(parts[1]), new(parts[2]));
        }

        /// <summary>Singular values, descending.</summary>
        public static Tensor svdvals(Tensor input)
        {
            TensorImpl[] parts = Aten.linalg_svd(input.Impl, false);
            parts[0].Dispose();
            parts[2].Dispose();
            return new(parts[1]);
        }

        private static bool IsUpper(char uplo) => uplo is 'L' or 'l' or 'U' or 'u'
            ? uplo is 'U' or 'u'
            : throw new ArgumentException($"Expected UPLO argument to be 'L' or 'U', but got {uplo}", nameof(uplo));

        /// <summary>The first result of an op; the others are let go.</summary>
        private static Tensor First(TensorImpl[] results)
        {
            foreach (TensorImpl other in results.AsSpan(1))
            {
                other.Dispose();
            }

            return new(results[0]);
        }
    }
}
