using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.NN;

/// <summary>Inputs that any other implementation can be given too, and one number to compare results by.</summary>
internal static class Waves
{
    /// <summary>float64: sin(0.7 i + shift), row-major.</summary>
    internal static Tensor Wave(long[] shape, double shift = 0) =>
        arange(0, shape.TotalSize(), dtype: ScalarType.Float64).mul(0.7).add(shift).sin().reshape(shape);

    /// <summary>The sum of the elements times cos(i).</summary>
    internal static double Checksum(Tensor tensor) =>
        (tensor.to(ScalarType.Float64).flatten() * arange(0, tensor.numel(), dtype: ScalarType.Float64).cos()).sum().item<double>();

    /// <summary>Gradients of a function of float64 tensors against central differences.</summary>
    internal static void CheckGradients(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        const double Step = 1e-6;
        Tensor[] leaves = Array.ConvertAll(inputs, input => input.detach().clone().requires_grad_());
        Tensor Scored(Tensor[] arguments)
        {
            Tensor result = function(arguments);
            return (result.flatten() * arange(0, result.numel(), dtype: ScalarType.Float64).cos()).sum();
        }

        Scored(leaves).backward();
        using IDisposable mode = no_grad();
        foreach (Tensor leaf in leaves)
        {
            double[] gradient = leaf.grad!.contiguous().data<double>().ToArray();
            TorchSharp.Utils.TensorAccessor<double> data = leaf.data<double>();
            for (long i = 0; i < gradient.Length; i++)
            {
                double before = data[i];
                data[i] = before + Step;
                double above = Scored(leaves).item<double>();
                data[i] = before - Step;
                double below = Scored(leaves).item<double>();
                data[i] = before;
                double expected = (above - below) / (2 * Step);
                if (Math.Abs(gradient[i] - expected) > 1e-5 * Math.Max(1, Math.Abs(expected)))
                {
                    throw new Xunit.Sdk.XunitException($"gradient element {i}: {gradient[i]}, but finite differences give {expected}");
                }
            }
        }
    }
}
