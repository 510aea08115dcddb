namespace TorchSharp;

public static partial class torch
{
    /// <content>Orthogonal polynomials, by their recurrences (Abramowitz and Stegun, 22.7), so they have derivatives by x.</content>
    public static partial class special
    {
        /// <summary>Chebyshev polynomials of the first kind: 1, x, 2x P(n - 1) - P(n - 2).</summary>
        /// <param name="x">Arguments.</param>
        /// <param name="n">Degrees, rounded towards zero, broadcast with the arguments; negative ones give zero.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => x, static (x, _, p, q) => (2 * x * p) - q));

        /// <summary>Chebyshev polynomials of the second kind: 1, 2x, 2x P(n - 1) - P(n - 2).</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => 2 * x, static (x, _, p, q) => (2 * x * p) - q));

        /// <summary>Chebyshev polynomials of the third kind: 1, 2x - 1, 2x P(n - 1) - P(n - 2).</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => (2 * x) - 1, static (x, _, p, q) => (2 * x * p) - q));

        /// <summary>Chebyshev polynomials of the fourth kind: 1, 2x + 1, 2x P(n - 1) - P(n - 2).</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => (2 * x) + 1, static (x, _, p, q) => (2 * x * p) - q));

        /// <summary>Chebyshev polynomials of the first kind, of 2x - 1.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor shifted_chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, WrappedTensorDisposeScope(() => chebyshev_polynomial_t((2 * x) - 1, n)));

        /// <summary>Chebyshev polynomials of the second kind, of 2x - 1.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor shifted_chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, WrappedTensorDisposeScope(() => chebyshev_polynomial_u((2 * x) - 1, n)));

        /// <summary>Chebyshev polynomials of the third kind, of 2x - 1.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor shifted_chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, WrappedTensorDisposeScope(() => chebyshev_polynomial_v((2 * x) - 1, n)));

        /// <summary>Chebyshev polynomials of the fourth kind, of 2x - 1.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor shifted_chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, WrappedTensorDisposeScope(() => chebyshev_polynomial_w((2 * x) - 1, n)));

        /// <summary>The physicist's Hermite polynomials: 1, 2x, 2x P(n - 1) - 2(n - 1) P(n - 2).</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor hermite_polynomial_h(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => 2 * x, static (x, k, p, q) => (2 * x * p) - (2 * (k - 1) * q)));

        /// <summary>The probabilist's Hermite polynomials: 1, x, x P(n - 1) - (n - 1) P(n - 2).</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor hermite_polynomial_he(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => x, static (x, k, p, q) => (x * p) - ((k - 1) * q)));

        /// <summary>Laguerre polynomials: 1, 1 - x, ((2n - 1 - x) P(n - 1) - (n - 1) P(n - 2)) / n.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor laguerre_polynomial_l(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => 1 - x, static (x, k, p, q) => ((((2 * k) - 1 - x) * p) - ((k - 1) * q)) / k));

        /// <summary>Legendre polynomials: 1, x, ((2n - 1) x P(n - 1) - (n - 1) P(n - 2)) / n.</summary>
        /// <inheritdoc cref="chebyshev_polynomial_t"/>
        public static Tensor legendre_polynomial_p(Tensor x, Tensor n, Tensor? @out = null) =>
            linalg.Into(@out, Polynomial(x, n, static x => x, static (x, k, p, q) => ((((2 * k) - 1) * x * p) - ((k - 1) * q)) / k));

        /// <summary>Each element's polynomial: the recurrence goes up to the greatest degree, and elements of a degree leave it there.</summary>
        private static Tensor Polynomial(Tensor x, Tensor n, Func<Tensor, Tensor> first, Func<Tensor, double, Tensor, Tensor, Tensor> next) => WrappedTensorDisposeScope(() =>
        {
            Tensor argument = x.is_floating_point() ? x : x.to(s_defaultDtype), degree = n.detach().trunc();
            long most = degree.numel() == 0 ? 0 : (long)degree.max().to(ScalarType.Float64).item<double>();
            Tensor before = ones_like(argument), current = first(argument), zero = zeros([], argument.dtype);
            Tensor result = where(degree.ge(0), where(degree.ge(1), current, before), zero);
            for (long k = 2; k <= most; k++)
            {
                (before, current) = (current, next(argument, k, current, before));
                result = where(degree.ge(k), current, result);
            }

            return result;
        });
    }
}
