using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>0 or 1 for each element, which is the probability of 1.</summary>
        public Tensor bernoulli(Generator? generator = null) => new(Aten.bernoulli(Impl, Draw(generator, NumberOfElements)));

        /// <summary>Sets each element to 1 with probability <paramref name="p"/>, else to 0.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Mutated(Aten.bernoulli_(Impl, p, Draw(generator, NumberOfElements)));

        /// <summary>Sets each element to a number drawn uniformly from [from, to).</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Mutated(Aten.uniform_(Impl, from, to, Draw(generator, NumberOfElements)));

        /// <summary>Sets each element to a number drawn from the normal distribution of this mean and standard deviation.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Mutated(Aten.normal_(Impl, mean, std, Draw(generator, NumberOfElements)));

        /// <summary>A draw of the Poisson distribution for each element, which is its rate.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A rate is negative or NaN, or the dtype is no floating-point type.</exception>
        public Tensor poisson(Generator? generator = null) => new(Aten.poisson(Impl, Draw(generator, NumberOfElements)));

        /// <summary>How often trials of probability <paramref name="prob"/> succeed, of which each element is the number; broadcast.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtypes differ or are no floating-point types.</exception>
        public Tensor binomial(Tensor prob, Generator? generator = null) => WrappedTensorDisposeScope(() =>
        {
            IList<Tensor> both = broadcast_tensors(this, prob);
            return new(Aten.binomial(both[0].Impl, both[1].Impl, Draw(generator, both[0].NumberOfElements)));
        });

        /// <summary>Positions drawn, row by row, with the elements as weights.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
        {
            long rows = Impl.Rank == 2 ? Impl.Sizes[0] : 1;
            long draws = replacement ? rows * num_samples : NumberOfElements;
            return new(Aten.multinomial(Impl, num_samples, replacement, Draw(generator, draws)));
        }
    }
}
