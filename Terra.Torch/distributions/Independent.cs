using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Another distribution, of which the last dimensions of the batch count as dimensions of an event.</summary>
    public class Independent : distributions.Distribution
    {
        private distributions.Distribution _base = null!;
        private int _reinterpreted;

        /// <param name="base_distribution">The distribution, which is not disposed of with this one.</param>
        /// <param name="reinterpreted_batch_ndims">How many dimensions of its batch become those of an event.</param>
        /// <param name="generator">Not used: the distribution draws from its own.</param>
        /// <exception cref="ArgumentException">The batch has not as many dimensions.</exception>
        public Independent(distributions.Distribution base_distribution, int reinterpreted_batch_ndims, Generator? generator = null)
            : base(generator)
        {
            if (reinterpreted_batch_ndims < 0 || reinterpreted_batch_ndims > base_distribution.batch_shape.Length)
            {
                throw new ArgumentException(
                    $"Independent: expected 'reinterpreted_batch_ndims' between 0 and the batch's {base_distribution.batch_shape.Length} dimensions, but got {reinterpreted_batch_ndims}",
                    nameof(reinterpreted_batch_ndims));
            }

            Init(base_distribution, reinterpreted_batch_ndims);
        }

        private Independent(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _base.mean;

        public override Tensor mode => _base.mode;

        public override Tensor variance => _base.variance;

        public override Tensor rsample(params long[] sample_shape) => _base.rsample(sample_shape);

        public override Tensor sample(params long[] sample_shape) => _base.sample(sample_shape);

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => SumRightmost(_base.log_prob(value), _reinterpreted));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => SumRightmost(_base.entropy(), _reinterpreted));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Independent expanded = Target(instance, () => new Independent(Source));
            expanded.Init(_base.expand(new Size([.. batch_shape.Shape, .. event_shape.Shape[.._reinterpreted]])), _reinterpreted);
            return expanded;
        }

        private void Init(distributions.Distribution distribution, int reinterpreted)
        {
            (_base, _reinterpreted) = (distribution, reinterpreted);
            long[] sizes = distribution.batch_shape.Shape;
            int cut = sizes.Length - reinterpreted;
            _init(sizes[..cut], new Size([.. sizes[cut..], .. distribution.event_shape.Shape]));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>Another distribution, of which the last dimensions of the batch count as dimensions of an event.</summary>
            /// <param name="base_distribution">The distribution.</param>
            /// <param name="reinterpreted_batch_dims">How many dimensions of its batch become those of an event.</param>
            /// <param name="generator">Not used: the distribution draws from its own.</param>
            /// <exception cref="ArgumentException">The batch has not as many dimensions.</exception>
            public static Independent Independent(Distribution base_distribution, int reinterpreted_batch_dims, Generator? generator = null) =>
                new(base_distribution, reinterpreted_batch_dims, generator);
        }
    }
}
