namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <inheritdoc cref="linalg.inv(Tensor)"/>
        public Tensor inverse() => linalg.inv(this);

        /// <inheritdoc cref="linalg.det(Tensor)"/>
        public Tensor det() => linalg.det(this);

        /// <summary>The logarithms of the determinants; NaN where they are negative.</summary>
        public Tensor logdet() => WrappedTensorDisposeScope(() =>
        {
            (Tensor sign, Tensor logarithm) = linalg.slogdet(this);
            return logarithm.masked_fill(sign.lt(0), double.NaN);
        });

        /// <summary>L with A = L Lᵀ, or U with A = Uᵀ U.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is not positive-definite.</exception>
        public Tensor cholesky(bool upper = false) => upper ? WrappedTensorDisposeScope(() => linalg.cholesky(mT).mT) : linalg.cholesky(this);

        /// <summary>X with A X = B, where this is B and the argument the Cholesky factor of A.</summary>
        public Tensor cholesky_solve(Tensor input2, bool upper = false) => WrappedTensorDisposeScope(() =>
        {
            Tensor lower = upper ? input2.mT : input2;
            return linalg.solve_triangular(lower.mT, linalg.solve_triangular(lower, this, false), true);
        });

        /// <summary>The inverse of A, of which this is the Cholesky factor.</summary>
        public Tensor cholesky_inverse(bool upper = false) => WrappedTensorDisposeScope(() => eye(shape[^1], dtype: dtype).cholesky_solve(this, upper));

        /// <summary>The pseudo-inverse, with singular values below rcond · the largest taken as zero.</summary>
        public Tensor pinverse(double rcond = 1e-15, bool hermitian = false) => linalg.pinv(this, 0, rcond, hermitian);

        /// <inheritdoc cref="linalg.matrix_exp(Tensor)"/>
        public Tensor matrix_exp() => linalg.matrix_exp(this);
    }

    /// <inheritdoc cref="linalg.inv(Tensor)"/>
    public static Tensor inverse(Tensor input) => linalg.inv(input);

    /// <inheritdoc cref="linalg.det(Tensor)"/>
    public static Tensor det(Tensor input) => linalg.det(input);

    /// <inheritdoc cref="linalg.slogdet(Tensor)"/>
    public static (Tensor res, Tensor logabsdet) slogdet(Tensor A) => linalg.slogdet(A);

    /// <inheritdoc cref="Tensor.logdet"/>
    public static Tensor logdet(Tensor input) => input.logdet();

    /// <inheritdoc cref="Tensor.cholesky(bool)"/>
    public static Tensor cholesky(Tensor input) => input.cholesky();

    /// <inheritdoc cref="Tensor.cholesky(bool)"/>
    public static Tensor cholesky(Tensor input, bool upper) => input.cholesky(upper);

    /// <inheritdoc cref="Tensor.cholesky_solve(Tensor, bool)"/>
    public static Tensor cholesky_solve(Tensor input, Tensor input2, bool upper = false) => input.cholesky_solve(input2, upper);

    /// <inheritdoc cref="Tensor.cholesky_inverse(bool)"/>
    public static Tensor cholesky_inverse(Tensor input, bool upper = false) => input.cholesky_inverse(upper);

    /// <inheritdoc cref="Tensor.pinverse(double, bool)"/>
    public static Tensor pinverse(Tensor input, double rcond = 1e-15, bool hermitian = false) => input.pinverse(rcond, hermitian);

    /// <inheritdoc cref="linalg.matrix_exp(Tensor)"/>
    public static Tensor matrix_exp(Tensor input) => linalg.matrix_exp(input);

    /// <summary>The number of singular values above tol, or above max(m, n) · the dtype's epsilon · the largest.</summary>
    public static Tensor matrix_rank(Tensor input, float? tol = null, bool symmetric = false) => linalg.matrix_rank(input, tol, tol is null ? null : 0, symmetric);

    /// <inheritdoc cref="linalg.multi_dot(IList{Tensor})"/>
    public static Tensor chain_matmul(params Tensor[] matrices) => linalg.multi_dot(matrices);

    /// <summary>The root of the sum of squares of all elements.</summary>
    public static Tensor norm(Tensor input) => input.norm();
}
