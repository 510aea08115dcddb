using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>L and U of A = P L U in one matrix, the ones on L's diagonal left out, and (int32) for each row, from one on, with which it was swapped.</summary>
        /// <param name="input">(*, m, n).</param>
        /// <param name="pivot">Must be true.</param>
        /// <exception cref="NotSupportedException">Pivoting is switched off.</exception>
        public static (Tensor LU, Tensor Pivots) lu_factor(Tensor input, bool pivot = true) => pivot
            ? Aten.linalg_lu_factor(input.Impl).WrapPair()
            : throw new NotSupportedException("linalg.lu_factor: the decomposition always pivots; leave pivot at true");

        /// <summary>X with A X = B (or X A = B), where A is given as <see cref="lu_factor"/> gives it.</summary>
        /// <param name="LU">(*, n, n).</param>
        /// <param name="pivots">(*, n), int32.</param>
        /// <param name="B">(*, n, k).</param>
        /// <param name="left">Whether A stands on the left.</param>
        /// <param name="adjoint">Whether to take Aᵀ instead of A.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor lu_solve(Tensor LU, Tensor pivots, Tensor B, bool left = true, bool adjoint = false, Tensor? @out = null) => Into(@out, WrappedTensorDisposeScope(() =>
        {
            (Tensor P, Tensor L, Tensor U) = lu_unpack(LU, pivots);
            Tensor right = left ? B : B.mT;
            Tensor x = left != adjoint
                ? solve_triangular(U, solve_triangular(L, P.mT.matmul(right), false, unitriangular: true), true)
                : P.matmul(solve_triangular(L.mT, solve_triangular(U.mT, right, false), true, unitriangular: true));
            return left ? x : x.mT;
        }));

        /// <summary>L and D of P A Pᵀ = L D Lᵀ in one matrix, and the swaps (int32) as LAPACK counts them (Bunch and Kaufman, 1977).</summary>
        /// <param name="input">Symmetric matrices (*, n, n), of which the lower triangle is read.</param>
        /// <param name="hermitian">Makes no difference to real matrices.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A block of D is zero.</exception>
        public static (Tensor LU, Tensor Pivots) ldl_factor(Tensor input, bool hermitian = true)
        {
            (Tensor factors, Tensor pivots, Tensor info) = ldl_factor_ex(input, hermitian, true);
            info.Dispose();
            return (factors, pivots);
        }

        /// <summary>As <see cref="ldl_factor"/>, and of each matrix 0 (int32) or which block of D, from one on, is zero.</summary>
        /// <inheritdoc cref="ldl_factor"/>
        /// <param name="check_errors">Whether to throw for a zero block.</param>
        public static (Tensor LU, Tensor Pivots, Tensor Info) ldl_factor_ex(Tensor input, bool hermitian = true, bool check_errors = false)
        {
            TensorImpl[] results = Aten.linalg_ldl_factor_ex(input.Impl, hermitian, check_errors);
            return (new(results[0]), new(results[1]), new(results[2]));
        }

        /// <summary>X with A X = B, where A is given as <see cref="ldl_factor"/> gives it.</summary>
        /// <param name="LD">(*, n, n).</param>
        /// <param name="pivots">(*, n), int32.</param>
        /// <param name="B">(*, n, k).</param>
        /// <param name="hermitian">Makes no difference to real matrices.</param>
        public static Tensor ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian = false) => new(Aten.linalg_ldl_solve(LD.Impl, pivots.Impl, B.Impl, hermitian));

        /// <summary>The first columns of the product of the Householder reflections I - τ v vᵀ.</summary>
        /// <param name="A">(*, m, n): the vectors v, below the diagonal, on which they have ones.</param>
        /// <param name="tau">(*, k): the factors τ, at most n.</param>
        public static Tensor householder_product(Tensor A, Tensor tau) => WrappedTensorDisposeScope(() =>
        {
            Tensor q = eye(A.shape[^2], A.shape[^1], A.dtype).expand(A.shape);
            return Reflected(A, tau, q, fromLast: true);
        });

        /// <summary>The matrix after all reflections: from the last one on it is the product times the matrix, from the first one on the transposed product.</summary>
        internal static Tensor Reflected(Tensor a, Tensor tau, Tensor matrix, bool fromLast)
        {
            long rows = a.shape[^2], count = tau.shape[^1];
            for (long step = 0; step < count; step++)
            {
                long i = fromLast ? count - 1 - step : step;
                Tensor below = a.narrow(-2, i + 1, rows - i - 1).narrow(-1, i, 1), top = zeros([.. a.shape[..^2], i, 1], a.dtype), one = ones([.. a.shape[..^2], 1, 1], a.dtype);
                Tensor v = torch.cat([top, one, below], -2), factor = tau.narrow(-1, i, 1).unsqueeze(-1);
                matrix = matrix - (factor * v).matmul(v.mT.matmul(matrix));
            }

            return matrix;
        }
    }

    /// <summary>P, L and U of <see cref="linalg.lu_factor"/>'s results.</summary>
    /// <param name="LU_data">(*, m, n).</param>
    /// <param name="LU_pivots">(*, min(m, n)), int32.</param>
    /// <param name="unpack_data">Whether L and U are wanted; else they are empty.</param>
    /// <param name="unpack_pivots">Whether P is wanted; else it is empty.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The pivots are no rows' numbers.</exception>
    public static (Tensor P, Tensor L, Tensor U) lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data = true, bool unpack_pivots = true)
    {
        using DisposeScope scope = NewDisposeScope();
        long rows = LU_data.shape[^2], inner = Math.Min(rows, LU_data.shape[^1]);
        Tensor p = unpack_pivots ? new(Aten._lu_permutation(LU_pivots.Impl, rows, LU_data.Impl.DType)) : empty(0, LU_data.dtype);
        if (!unpack_data)
        {
            return scope.MoveToOuter(p, empty(0, LU_data.dtype), empty(0, LU_data.dtype));
        }

        Tensor l = LU_data.narrow(-1, 0, inner).tril(-1) + eye(rows, inner, LU_data.dtype), u = LU_data.narrow(-2, 0, inner).triu();
        return scope.MoveToOuter(p, l, u);
    }

    /// <summary><see cref="linalg.lu_factor"/>, and of each matrix 0 (int32) or which of U's diagonal elements, from one on, is the first zero.</summary>
    /// <param name="A">(*, m, n).</param>
    /// <param name="pivot">Must be true.</param>
    /// <param name="get_infos">Whether the last result is wanted; else it is all zeros, unchecked.</param>
    /// <exception cref="NotSupportedException">Pivoting is switched off.</exception>
    public static (Tensor A_LU, Tensor? pivots, Tensor? infos) lu(Tensor A, bool pivot = true, bool get_infos = false)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor factors, Tensor pivots) = linalg.lu_factor(A, pivot);
        Tensor infos = zeros(A.shape[..^2], ScalarType.Int32);
        if (get_infos && pivots.shape[^1] > 0)
        {
            Tensor isZero = factors.diagonal(0, -2, -1).eq(0);
            infos = where(isZero.any(-1), isZero.to(ScalarType.Int32).argmax(-1) + 1, zeros(A.shape[..^2], ScalarType.Int64)).to(ScalarType.Int32);
        }

        return scope.MoveToOuter(factors, pivots, infos);
    }

    /// <summary>X with A X = B, where A is given as <see cref="linalg.lu_factor"/> gives it.</summary>
    public static Tensor lu_solve(Tensor b, Tensor LU_data, Tensor LU_pivots) => linalg.lu_solve(LU_data, LU_pivots, b);

    /// <inheritdoc cref="linalg.householder_product"/>
    public static Tensor orgqr(Tensor input, Tensor tau) => linalg.householder_product(input, tau);

    /// <summary>Q times a matrix, where Q is the product of Householder reflections; see <see cref="linalg.householder_product"/>.</summary>
    /// <param name="input">(*, m, n): the vectors.</param>
    /// <param name="tau">(*, k): the factors.</param>
    /// <param name="other">The matrix.</param>
    /// <param name="left">Whether Q stands on the left.</param>
    /// <param name="transpose">Whether to take Qᵀ.</param>
    public static Tensor ormqr(Tensor input, Tensor tau, Tensor other, bool left = true, bool transpose = false) => input.ormqr(tau, other, left, transpose);

    /// <summary>A QR decomposition as R with the vectors of Householder reflections below its diagonal, and their factors.</summary>
    public static (Tensor a, Tensor tau) geqrf(Tensor input) => input.geqrf();

    public partial class Tensor
    {
        /// <inheritdoc cref="torch.ormqr"/>
        public Tensor ormqr(Tensor tau, Tensor other, bool left = true, bool transpose = false) => WrappedTensorDisposeScope(() =>
            left ? linalg.Reflected(this, tau, other, fromLast: !transpose) : linalg.Reflected(this, tau, other.mT, fromLast: transpose).mT);

        /// <inheritdoc cref="torch.geqrf"/>
        public (Tensor a, Tensor tau) geqrf()
        {
            using DisposeScope scope = NewDisposeScope();
            long rows = size(-2), columns = size(-1), steps = Math.Min(rows, columns);
            long[] batch = shape[..^2];
            Tensor rest = this, factors = zeros([.. batch, 0], dtype);
            List<Tensor> columnsDone = [];
            for (long k = 0; k < steps; k++)
            {
                // Of what is left, the first column x becomes β e, by I - τ v vᵀ with v = (x - β e) / (x₀ - β).
                Tensor x = rest.narrow(-1, 0, 1).narrow(-2, k, rows - k), first = x.narrow(-2, 0, 1), below = x.narrow(-2, 1, rows - k - 1);
                Tensor isDone = below.eq(0).all(-2, true), length = x.square().sum([-2L], true).sqrt();
                Tensor beta = torch.where(isDone, first, torch.where(first.ge(0), -length, length)), gap = (first - beta).masked_fill(isDone, 1);
                Tensor tau = ((beta - first) / beta.masked_fill(isDone, 1)).masked_fill(isDone, 0), v = cat([torch.ones_like(first), below / gap], -2);
                columnsDone.Add(cat([rest.narrow(-1, 0, 1).narrow(-2, 0, k), beta, v.narrow(-2, 1, rows - k - 1)], -2));
                Tensor others = rest.narrow(-1, 1, columns - k - 1), lower = others.narrow(-2, k, rows - k);
                rest = cat([others.narrow(-2, 0, k), lower - (tau * v).matmul(v.mT.matmul(lower))], -2);
                factors = cat([factors, tau.squeeze(-1)], -1);
            }

            return scope.MoveToOuter(cat([.. columnsDone, rest], -1), factors);
        }
    }
}
