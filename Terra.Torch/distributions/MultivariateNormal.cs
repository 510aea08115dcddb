using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The multivariate normal distribution, of vectors.</summary>
    public class MultivariateNormal : distributions.Distribution
    {
        private Tensor _loc = null!, _lower = null!;

        /// <param name="loc">The means, along the last dimension.</param>
        /// <param name="covariance_matrix">The covariance matrices (*, n, n), positive-definite; or</param>
        /// <param name="precision_matrix">their inverses; or</param>
        /// <param name="scale_tril">their lower triangular factors with positive diagonals. One of the three must be given.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">None or several of the three are given, or scalars.</exception>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is not positive-definite.</exception>
        public MultivariateNormal(
            Tensor loc, Tensor? covariance_matrix = null, Tensor? precision_matrix = null, Tensor? scale_tril = null, Generator? generator = null)
            : base(generator)
        {
            Tensor[] given = [.. new[] { covariance_matrix, precision_matrix, scale_tril }.OfType<Tensor>()];
            if (given.Length != 1)
            {
                throw new ArgumentException("MultivariateNormal: give exactly one of 'covariance_matrix', 'precision_matrix' and 'scale_tril'", nameof(covariance_matrix));
            }

            if (loc.dim() < 1 || given[0].dim() < 2)
            {
                throw new ArgumentException("MultivariateNormal: 'loc' must be at least one-dimensional, and the matrix at least two-dimensional", nameof(loc));
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor lower = scale_tril ?? (covariance_matrix is null ? FactorOfInverse(precision_matrix!) : linalg.cholesky(covariance_matrix));
            long size = loc.shape[^1];
            long[] batch = broadcast_shapes(loc.shape[..^1], lower.shape[..^2]).Shape;
            Init(Keep(loc.expand([.. batch, size])), Keep(lower.expand([.. batch, size, size])));
        }

        private MultivariateNormal(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _loc.alias();

        public override Tensor mode => _loc.alias();

        /// <summary>The variances of the vectors' elements.</summary>
        public override Tensor variance => WrappedTensorDisposeScope(() => _lower.square().sum(-1L));

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor standard = randn(ExtendedShape(sample_shape), _loc.dtype, generator: Source);
            return _loc + _lower.matmul(standard.unsqueeze(-1)).squeeze(-1);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor distance = linalg.solve_triangular(_lower, (value - _loc).unsqueeze(-1), false).square().sum([-2L, -1L]);
            return (-0.5 * ((event_shape[0] * Math.Log(2 * Math.PI)) + distance)) - HalfLogDeterminant();
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => (0.5 * event_shape[0] * (1 + Math.Log(2 * Math.PI))) + HalfLogDeterminant());

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            MultivariateNormal expanded = Target(instance, () => new MultivariateNormal(Source));
            using Tensor loc = _loc.expand([.. batch_shape.Shape, .. event_shape.Shape]), lower = _lower.expand([.. batch_shape.Shape, .. event_shape.Shape, .. event_shape.Shape]);
            expanded.Init(expanded.Keep(loc), expanded.Keep(lower));
            return expanded;
        }

        /// <summary>The lower triangular factor of the inverse, from the factor of the matrix flipped in both dimensions.</summary>
        private static Tensor FactorOfInverse(Tensor precision)
        {
            Tensor inverse = linalg.cholesky(precision.flip(-2, -1)).flip(-2, -1).mT;
            return linalg.solve_triangular(inverse, eye(precision.shape[^1], dtype: precision.dtype), false);
        }

        private Tensor HalfLogDeterminant() => _lower.diagonal(0, -2, -1).log().sum(-1L);

        private void Init(Tensor loc, Tensor lower)
        {
            (_loc, _lower) = (loc, lower);
            _init(loc.shape[..^1], loc.shape[^1..]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The multivariate normal distribution, of vectors.</summary>
            /// <param name="loc">The means, along the last dimension.</param>
            /// <param name="covariance_matrix">The covariance matrices (*, n, n), positive-definite; or</param>
            /// <param name="precision_matrix">their inverses; or</param>
            /// <param name="scale_tril">their lower triangular factors with positive diagonals. One of the three must be given.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">None or several of the three are given, or scalars.</exception>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is not positive-definite.</exception>
            public static MultivariateNormal MultivariateNormal(
                Tensor loc, Tensor? covariance_matrix = null, Tensor? precision_matrix = null, Tensor? scale_tril = null, Generator? generator = null) =>
                new(loc, covariance_matrix, precision_matrix, scale_tril, generator);
        }
    }
}
