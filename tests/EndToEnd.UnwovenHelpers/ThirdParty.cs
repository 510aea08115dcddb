using TorchSharp;
using static TorchSharp.torch;

namespace Terra.EndToEnd.UnwovenHelpers;

/// <summary>Stands for a package that knows nothing of Terra: calls ops in loops of its own, keeps tensors, computes with numbers.</summary>
public sealed class ThirdParty
{
    private readonly List<Tensor> _kept = [];

    public IReadOnlyList<Tensor> Kept => _kept;

    /// <summary>A polynomial in Horner's form: several ops at one place.</summary>
    public static Tensor Polynomial(Tensor x, params double[] coefficients)
    {
        Tensor result = zeros_like(x);
        foreach (double coefficient in coefficients)
        {
            result = result * x + coefficient;
        }

        return result;
    }

    /// <summary>Keeps every third tensor it is shown, and a result of its own on it.</summary>
    public void Show(Tensor tensor, int step)
    {
        if (step % 3 == 0)
        {
            _kept.Add(tensor.detach());
            _kept.Add(tensor.detach() * 2);
        }
    }

    /// <summary>Calls a handler for each request, as a server does.</summary>
    public static void Serve(int requests, Action<int> handler)
    {
        for (int request = 0; request < requests; request++)
        {
            handler(request);
        }
    }

    /// <summary>Works on the bytes of a tensor, as a native library would.</summary>
    public static double Median(Tensor values)
    {
        float[] sorted = values.data<float>().ToArray();
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }

    /// <summary>Writes into a tensor's memory.</summary>
    public static void Overwrite(Tensor tensor, int seed)
    {
        var random = new Random(seed);
        var data = tensor.data<float>();
        for (long i = 0; i < data.Count; i++)
        {
            data[i] = (float)random.NextDouble();
        }
    }
}
