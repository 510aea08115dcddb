using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <inheritdoc cref="Tensor.bernoulli(Generator)"/>
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    /// <inheritdoc cref="Tensor.multinomial(long, bool, Generator)"/>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);

    /// <inheritdoc cref="Tensor.poisson(Generator)"/>
    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);

    /// <inheritdoc cref="Tensor.binomial(Tensor, Generator)"/>
    public static Tensor binomial(Tensor count, Tensor probs, Generator? generator = null) => count.binomial(probs, generator);

    /// <summary>A draw of the gamma distribution of rate one for each element, which is its shape; a derivative keeps the draws' quantiles.</summary>
    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) => new(Aten._standard_gamma(input.Impl, Draw(generator, input.NumberOfElements)));

    /// <summary>A draw of the Dirichlet distribution for each row of concentrations: gamma draws over their sum.</summary>
    public static Tensor _sample_dirichlet(Tensor input, Generator? generator = null) => WrappedTensorDisposeScope(() =>
    {
        Tensor draws = _standard_gamma(input, generator);
        return draws / draws.sum(-1L, true);
    });
}
