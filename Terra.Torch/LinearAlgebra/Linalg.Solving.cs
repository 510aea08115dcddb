using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>Determinants of (*, n, n).</summary>
        public static Tensor det(Tensor input) => new(Aten.linalg_det(input.Impl));

        /// <summary>The determinants' signs and the logarithms of their magnitudes.</summary>
        public static (Tensor res, Tensor logabsdet) slogdet(Tensor input) => Aten.linalg_slogdet(input.Impl).WrapPair();

        /// <summary>Inverses of (*, n, n).</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is singular.</exception>
        public static Tensor inv(Tensor input) => First(Aten.linalg_inv_ex(input.Impl, true));

        /// <summary>Inverses, and of each matrix 0 (int32) or which diagonal element made it singular.</summary>
        public static (Tensor L, Tensor info) inv_ex(Tensor input, bool check_errors = false) => Aten.linalg_inv_ex(input.Impl, check_errors).WrapPair();

        /// <summary>X with A X = B (or X A = B).</summary>
        /// <param name="A">(*, n, n).</param>
        /// <param name="B">(*, n, k), or vectors (n) or (*, n).</param>
        /// <param name="left">Whether A stands on the left.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is singular.</exception>
        public static Tensor solve(Tensor A, Tensor B, bool left = true)
        {
            (Tensor result, Tensor info) = solve_ex(A, B, left, true);
            info.Dispose();
            return result;
        }

        /// <summary>X with A X = B (or X A = B), and of each matrix 0 (int32) or which diagonal element made it singular.</summary>
        public static (Tensor result, Tensor info) solve_ex(Tensor A, Tensor B, bool left = true, bool check_errors = false)
        {
            bool isVector = B.dim() == 1 || (B.dim() == A.dim() - 1 && B.shape.AsSpan().SequenceEqual(A.shape.AsSpan(0, (int)B.dim())));
            using DisposeScope scope = NewDisposeScope();
            Tensor right = isVector ? B.unsqueeze(-1) : left ? B : B.mT;
            (Tensor a, Tensor b) = SameBatches(left || isVector ? A : A.mT, right);
            (Tensor x, Tensor info) = Aten.linalg_solve_ex(a.Impl, b.Impl, check_errors).WrapPair();
            return scope.MoveToOuter(isVector ? x.squeeze(-1) : left ? x : x.mT, info);
        }

        /// <summary>X with A X = B (or X A = B) for triangular A, of which only one triangle is read.</summary>
        /// <param name="A">(*, n, n).</param>
        /// <param name="B">(*, n, k).</param>
        /// <param name="upper">Which triangle.</param>
        /// <param name="left">Whether A stands on the left.</param>
        /// <param name="unitriangular">Whether A's diagonal counts as ones.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null)
        {
            Tensor result = WrappedTensorDisposeScope(() =>
            {
                (Tensor a, Tensor b) = SameBatches(left ? A : A.mT, left ? B : B.mT);
                Tensor x = new(Aten.linalg_solve_triangular(a.Impl, b.Impl, left ? upper : !upper, unitriangular));
                return left ? x : x.mT;
            });
            return Into(@out, result);
        }

        /// <summary>The pseudo-inverse, with singular values below max(atol, rtol · the largest) taken as zero.</summary>
        /// <param name="input">(*, m, n).</param>
        /// <param name="atol">Zero by default.</param>
        /// <param name="rtol">max(m, n) · the dtype's epsilon by default, if atol is not given either.</param>
        /// <param name="hermitian">Whether the matrices are symmetric; the result is the same.</param>
        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => WrappedTensorDisposeScope(() =>
        {
            (Tensor u, Tensor s, Tensor vh) = svd(input, false);
            Tensor negligible = s.le(Threshold(s, input, atol, rtol));
            Tensor inverted = (1 / s.masked_fill(negligible, 1)).masked_fill(negligible, 0);
            return vh.mT.matmul(inverted.unsqueeze(-1) * u.mT);
        });

        /// <inheritdoc cref="pinv(Tensor, double?, double?, bool)"/>
        public static Tensor pinv(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false) =>
            pinv(input, atol.ToDouble(), rtol?.ToDouble(), hermitian);

        /// <summary>The number of singular values above max(atol, rtol · the largest); see <see cref="pinv(Tensor, double?, double?, bool)"/>.</summary>
        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => WrappedTensorDisposeScope(() =>
        {
            Tensor s = svdvals(input);
            return s.gt(Threshold(s, input, atol, rtol)).sum(-1L);
        });

        /// <inheritdoc cref="matrix_rank(Tensor, double?, double?, bool)"/>
        public static Tensor matrix_rank(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false) =>
            matrix_rank(input, atol.ToDouble(), rtol?.ToDouble(), hermitian);

        /// <summary>X of least squares |A X - B|, of least norm where there are several; the residuals, if m > n and A has full rank; A's rank and singular values.</summary>
        /// <param name="input">A: (*, m, n).</param>
        /// <param name="other">B: (*, m, k).</param>
        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other) =>
            LeastSquares(input, other, null);

        /// <inheritdoc cref="lstsq(Tensor, Tensor)"/>
        /// <param name="rcond">Singular values below this share of the largest are taken as zero.</param>
        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other, double rcond) =>
            LeastSquares(input, other, rcond);

        /// <summary>The matrix X with tensordot(A, X) = B, of A's sizes (b..., x...) with products of sizes that agree.</summary>
        /// <param name="A">The tensor to solve with.</param>
        /// <param name="B">The right side, whose sizes A begins with.</param>
        /// <param name="dims">Dimensions of A to move to its end first.</param>
        public static Tensor tensorsolve(Tensor A, Tensor B, long[] dims) => WrappedTensorDisposeScope(() =>
        {
            Tensor a = A;
            for (int i = 0; i < dims.Length; i++)
            {
                a = a.movedim([dims[i]], [a.dim() - 1]);
            }

            long size = B.numel();
            return solve(a.reshape(size, -1), B.flatten()).view(a.shape[(int)B.dim()..]);
        });

        /// <summary>The inverse for tensordot: of sizes (a..., b...), cut after <paramref name="ind"/> dimensions, to (b..., a...).</summary>
        public static Tensor tensorinv(Tensor input, long ind) => WrappedTensorDisposeScope(() =>
        {
            long[] sizes = input.shape;
            long[] rows = sizes[..(int)ind], columns = sizes[(int)ind..];
            return inv(input.reshape(rows.TotalSize(), columns.TotalSize())).view([.. columns, .. rows]);
        });

        private static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) LeastSquares(Tensor a, Tensor b, double? rcond)
        {
            using DisposeScope scope = NewDisposeScope();
            double share = rcond ?? (finfo(a.dtype).eps * Math.Max(a.shape[^2], a.shape[^1]));
            Tensor solution = pinv(a, 0, share).matmul(b).MoveToOuterDisposeScope();
            Tensor singular = svdvals(a).MoveToOuterDisposeScope(), rank = matrix_rank(a, 0, share).MoveToOuterDisposeScope();
            bool hasResiduals = a.shape[^2] > a.shape[^1] && rank.min().item<long>() == a.shape[^1];
            Tensor residuals = (hasResiduals ? (a.matmul(solution) - b).square().sum(-2L) : empty(0, a.dtype)).MoveToOuterDisposeScope();
            return (solution, residuals, rank, singular);
        }

        /// <summary>Both with the same leading sizes.</summary>
        private static (Tensor A, Tensor B) SameBatches(Tensor a, Tensor b)
        {
            long[] batch = broadcast_shapes(a.shape[..^2], b.shape[..^2]).Shape;
            return (a.expand([.. batch, .. a.shape[^2..]]), b.expand([.. batch, .. b.shape[^2..]]));
        }

        /// <summary>Up to which size singular values count as zero: (*, 1).</summary>
        private static Tensor Threshold(Tensor singular, Tensor matrix, double? atol, double? rtol)
        {
            double share = rtol ?? (atol is > 0 ? 0 : finfo(matrix.dtype).eps * Math.Max(matrix.shape[^2], matrix.shape[^1]));
            return (singular.amax([-1], true) * share).clamp_min(atol ?? 0);
        }

        /// <summary>The result, or where one is given, the target with the result copied into it.</summary>
        internal static Tensor Into(Tensor? target, Tensor result)
        {
            if (target is null)
            {
                return result;
            }

            using (result)
            {
                return target.copy_(result);
            }
        }
    }
}
