namespace TorchSharp;

public static partial class torch
{
    /// <summary>A number of the normal distribution of each mean and standard deviation, which broadcast.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => WrappedTensorDisposeScope(() =>
    {
        Tensor spread = mean + (std * 0);
        return (zeros_like(spread).normal_(0, 1, generator) * std) + mean;
    });
}
