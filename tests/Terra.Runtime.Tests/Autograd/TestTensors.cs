using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Autograd;

/// <summary>float64 tensors from and to arrays.</summary>
internal static unsafe class TestTensors
{
    public static TensorImpl Of(double[] values, params long[] sizes)
    {
        var tensor = TensorImpl.Allocate(Layout.Contiguous(sizes.Length == 0 && values.Length != 1 ? [values.Length] : sizes), DType.Float64);
        values.CopyTo(new Span<double>((void*)tensor.WriteData(), values.Length));
        return tensor;
    }

    /// <summary>Fixed pseudo-random values in (-1, 1), none near 0.</summary>
    public static TensorImpl Sample(int seed, params long[] sizes)
    {
        var random = new Random(seed);
        long count = sizes.Aggregate(1L, (a, b) => a * b);
        var values = new double[count];
        for (int i = 0; i < values.Length; i++)
        {
            double magnitude = 0.1 + (0.9 * random.NextDouble());
            values[i] = random.Next(2) == 0 ? magnitude : -magnitude;
        }

        return Of(values, sizes);
    }

    public static TensorImpl WithGrad(this TensorImpl tensor)
    {
        tensor.SetRequiresGrad(true);
        return tensor;
    }

    /// <summary>The elements in row-major order whatever the strides.</summary>
    public static double[] Values(this TensorImpl tensor)
    {
        var data = (double*)tensor.ReadData();
        var values = new double[tensor.NumberOfElements];
        var index = new long[tensor.Rank];
        for (int i = 0; i < values.Length; i++)
        {
            long at = 0;
            for (int dim = 0; dim < index.Length; dim++)
            {
                at += index[dim] * tensor.Layout.Strides[dim];
            }

            values[i] = data[at];
            for (int dim = index.Length - 1; dim >= 0 && ++index[dim] == tensor.Sizes[dim]; dim--)
            {
                index[dim] = 0;
            }
        }

        GC.KeepAlive(tensor);
        return values;
    }

    public static double[] GradientValues(this TensorImpl tensor)
    {
        using TensorImpl? gradient = tensor.Gradient();
        return gradient!.Values();
    }
}
