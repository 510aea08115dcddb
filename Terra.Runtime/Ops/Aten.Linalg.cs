using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Linear algebra on batches of float32 or float64 matrices [*, m, n], computed in float64.</content>
public static partial class Aten
{
    /// <summary>The inverses, and (int32) of each matrix 0 or which diagonal element made it singular.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Errors are checked, and a matrix is singular.</exception>
    [TensorOp("aten::linalg_inv_ex")]
    public static TensorImpl[] linalg_inv_ex(TensorImpl A, bool check_errors) => Eager.RunMany(new OpInvocation(OpTable.linalg_inv_ex).Add(A).Add(check_errors));

    /// <summary>X with A X = B for [*, n, n] and [*, n, k], and (int32) of each matrix 0 or which diagonal element made it singular.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Errors are checked, and a matrix is singular.</exception>
    [TensorOp("aten::linalg_solve_ex")]
    public static TensorImpl[] linalg_solve_ex(TensorImpl A, TensorImpl B, bool check_errors) =>
        Eager.RunMany(new OpInvocation(OpTable.linalg_solve_ex).Add(A).Add(B).Add(check_errors));

    /// <summary>Determinants.</summary>
    [TensorOp("aten::linalg_det")]
    public static TensorImpl linalg_det(TensorImpl A) => Eager.Run(new OpInvocation(OpTable.linalg_det).Add(A));

    /// <summary>The matrices of cofactors, the determinants' gradients: det(A) A⁻ᵀ where A is regular.</summary>
    [TensorOp("aten::_linalg_cofactors")]
    public static TensorImpl _linalg_cofactors(TensorImpl A) => Eager.Run(new OpInvocation(OpTable._linalg_cofactors).Add(A));

    /// <summary>The determinants' signs and the logarithms of their magnitudes.</summary>
    [TensorOp("aten::linalg_slogdet")]
    public static TensorImpl[] linalg_slogdet(TensorImpl A) => Eager.RunMany(new OpInvocation(OpTable.linalg_slogdet).Add(A));

    /// <summary>A = P L U with a permutation P, L with ones on its diagonal, and U upper triangular.</summary>
    [TensorOp("aten::linalg_lu")]
    public static TensorImpl[] linalg_lu(TensorImpl A) => Eager.RunMany(new OpInvocation(OpTable.linalg_lu).Add(A));

    /// <summary>L and U of A = P L U in one matrix, the ones on L's diagonal left out, and (int32) for each row, from one on, with which it was swapped.</summary>
    [TensorOp("aten::linalg_lu_factor")]
    public static TensorImpl[] linalg_lu_factor(TensorImpl A) => Eager.RunMany(new OpInvocation(OpTable.linalg_lu_factor).Add(A));

    /// <summary>The permutation P that such swaps of <paramref name="rows"/> rows make up.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A pivot is no row's number.</exception>
    [TensorOp("aten::_lu_permutation")]
    public static TensorImpl _lu_permutation(TensorImpl LU_pivots, long rows, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable._lu_permutation).Add(LU_pivots).Add(rows).Add(dtype));

    /// <summary>
    /// L and D of P A Pᵀ = L D Lᵀ in one matrix, the swaps (int32) as LAPACK counts them, and (int32) of each matrix 0 or which block of D is zero. A is symmetric; its lower
    /// triangle is read.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Errors are checked, and a block of D is zero.</exception>
    [TensorOp("aten::linalg_ldl_factor_ex")]
    public static TensorImpl[] linalg_ldl_factor_ex(TensorImpl A, bool hermitian, bool check_errors) =>
        Eager.RunMany(new OpInvocation(OpTable.linalg_ldl_factor_ex).Add(A).Add(hermitian).Add(check_errors));

    /// <summary>X with A X = B, where A is given as <see cref="linalg_ldl_factor_ex"/> gives it.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The swaps are none, or the sizes do not fit.</exception>
    [TensorOp("aten::linalg_ldl_solve")]
    public static TensorImpl linalg_ldl_solve(TensorImpl LD, TensorImpl pivots, TensorImpl B, bool hermitian) =>
        Eager.Run(new OpInvocation(OpTable.linalg_ldl_solve).Add(LD).Add(pivots).Add(B).Add(hermitian));

    /// <summary>L with A = L Lᵀ (or U with A = Uᵀ U), and (int32) of each matrix 0 or the order of the minor that is not positive.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Errors are checked, and a matrix is not positive-definite.</exception>
    [TensorOp("aten::linalg_cholesky_ex")]
    public static TensorImpl[] linalg_cholesky_ex(TensorImpl A, bool upper, bool check_errors) =>
        Eager.RunMany(new OpInvocation(OpTable.linalg_cholesky_ex).Add(A).Add(upper).Add(check_errors));

    /// <summary>X with A X = B for triangular A; the other triangle (and, if unitriangular, the diagonal) is not read.</summary>
    [TensorOp("aten::linalg_solve_triangular")]
    public static TensorImpl linalg_solve_triangular(TensorImpl A, TensorImpl B, bool upper, bool unitriangular) =>
        Eager.Run(new OpInvocation(OpTable.linalg_solve_triangular).Add(A).Add(B).Add(upper).Add(unitriangular));

    /// <summary>A = Q R: Q with orthonormal columns, m or (not complete) min(m, n) of them, R upper triangular.</summary>
    [TensorOp("aten::linalg_qr")]
    public static TensorImpl[] linalg_qr(TensorImpl A, bool complete) => Eager.RunMany(new OpInvocation(OpTable.linalg_qr).Add(A).Add(complete));

    /// <summary>Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices, of which one triangle is read.</summary>
    [TensorOp("aten::linalg_eigh")]
    public static TensorImpl[] linalg_eigh(TensorImpl A, bool upper) => Eager.RunMany(new OpInvocation(OpTable.linalg_eigh).Add(A).Add(upper));

    /// <summary>A = U diag(S) Vᵀ with singular values S, descending: U, S and Vᵀ; U and V square, or (not full) with min(m, n) columns.</summary>
    [TensorOp("aten::linalg_svd")]
    public static TensorImpl[] linalg_svd(TensorImpl A, bool full_matrices) => Eager.RunMany(new OpInvocation(OpTable.linalg_svd).Add(A).Add(full_matrices));
}
