using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sets each element to 1 with its own probability, else to 0.</summary>
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Overwrite(self =>
        {
            using Tensor probabilities = p.expand(shape).contiguous(), drawn = probabilities.bernoulli(generator);
            return Aten._to_copy(drawn.Impl, self.DType);
        });

        /// <summary>Sets each element to a number of the exponential distribution of a rate.</summary>
        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            FromUniform(generator, u => (1 - u).log() / -lambda);

        /// <summary>Sets each element to a number of trials until the first success.</summary>
        /// <exception cref="ArgumentException">The probability of success is not between 0 and 1.</exception>
        public Tensor geometric_(double p, Generator? generator = null) => p is > 0 and < 1
            ? FromUniform(generator, u => ((1 - u).log() / Math.Log(1 - p)).ceil().clamp_min(1))
            : throw new ArgumentException($"geometric_ expects p to be in (0, 1), but got p={p}", nameof(p));

        /// <summary>Sets each element to a number of the Cauchy distribution.</summary>
        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null) =>
            FromUniform(generator, u => median + (sigma * (Math.PI * (u - 0.5)).tan()));

        /// <summary>Sets each element to the exponential of a number of the normal distribution.</summary>
        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null) => Overwrite(self =>
        {
            using TensorImpl numbers = Aten.full(self.Sizes.ToArray(), 0.0, self.DType);
            Aten.normal_(numbers, mean, std, Draw(generator, numbers.NumberOfElements));
            return Aten.exp(numbers);
        });

        /// <summary>Sets each element to a whole number of [from, to).</summary>
        public Tensor random_(double from, double to, Generator? generator = null) => FromUniform(generator, u => (from + (u * (to - from))).floor());

        /// <summary>Sets the elements to a function of float64 numbers drawn uniformly from [0, 1).</summary>
        private Tensor FromUniform(Generator? generator, Func<Tensor, Tensor> function)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor uniform = rand(shape, ScalarType.Float64, generator: generator);
            return Mutated(Aten.copy_(Impl, function(uniform).Impl));
        }
    }
}
