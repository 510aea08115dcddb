using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Matrix products: squares with all transposes, and the shapes of networks.</summary>
internal static class GemmCases
{
    private const string Group = "gemm";
    private const double ShareOfPeak = 0.88;

    public static IEnumerable<KernelCase> All =>
    [
        .. from size in new[] { 64, 128, 256, 512, 1024, 2048 }
           from transposes in new[] { "nn", "nt", "tn", "tt" }
           select Square(size, transposes),
        Product("mm 64x784x512 nt (MLP)", 64, 512, 784, "nt"),
        Product("mm 64x512x784 nn (MLP, data gradient)", 64, 784, 512, "nn"),
        Product("mm 512x64x784 tn (MLP, weight gradient)", 512, 784, 64, "tn"),
        Product("mm 64x512x512 nt (MLP)", 64, 512, 512, "nt"),
        Product("mm 32x256x1024 nt (LSTM)", 32, 1024, 256, "nt"),
        Linear(1024, 256, 768),
        Linear(1024, 256, 1024),
        Linear(1024, 1024, 256),
        Product("mm 1024x1024x256 tn (transformer, weight gradient)", 1024, 256, 1024, "tn"),
        Linear(64, 512, 10),
        Product("mm 64x10x512 nn (head, data gradient)", 64, 512, 10, "nn"),
        Product("mm 10x64x512 tn (head, weight gradient)", 10, 512, 64, "tn"),
        Batched("bmm 64x 128x32x128 nt (attention scores)", 64, 128, 128, 32, true),
        Batched("bmm 64x 128x128x32 nn (attention values)", 64, 128, 32, 128, false),
        Batched("bmm 64x 512x64x512 nt (attention scores)", 64, 512, 512, 64, true),
        Batched("bmm 64x 512x512x64 nn (attention values)", 64, 512, 64, 512, false),
        Batched("bmm 1024x 16x16x16 nn", 1024, 16, 16, 16, false),
        Vector(1024, 1024, false),
        Vector(1024, 1024, true),
        Vector(4096, 4096, false),
        Vector(4096, 4096, true),
        Product("mm 1x1024x1024 nn", 1, 1024, 1024, "nn"),
        Product("mm 1x1024x1024 nt", 1, 1024, 1024, "nt"),
        Product("mm f64 512 nn", 512, 512, 512, "nn", float64),
        Product("mm f64 1024 nt", 1024, 1024, 1024, "nt", float64),
    ];

    private static KernelCase Square(int size, string transposes) =>
        Product($"mm {size} {transposes}", size, size, size, transposes) with { LimitBar = size >= 256 ? ShareOfPeak : 0 };

    private static KernelCase Product(string name, long m, long n, long k, string transposes, ScalarType dtype = float32)
    {
        (bool transposeA, bool transposeB) = (transposes[0] == 't', transposes[1] == 't');
        double flops = 2.0 * m * n * k * (dtype == float64 ? 2 : 1);
        return new KernelCase(
            name,
            Group,
            new Work(flops),
            new PeerCase("mm", new { m, n, k, transposeA, transposeB, dtype = dtype == float64 ? "float64" : "float32" }),
            () =>
            {
                Tensor a = Matrix(m, k, transposeA, dtype), b = Matrix(k, n, transposeB, dtype);
                return () => a.mm(b).Dispose();
            });
    }

    private static Tensor Matrix(long rows, long columns, bool transposed, ScalarType dtype) =>
        transposed ? randn(columns, rows, dtype).t() : randn(rows, columns, dtype);

    private static KernelCase Linear(long rows, long inputs, long outputs) => new(
        $"linear {rows}x{inputs}->{outputs}",
        Group,
        new Work(2.0 * rows * inputs * outputs),
        new PeerCase("linear", new { rows, inputs, outputs }),
        () =>
        {
            Tensor x = randn(rows, inputs), weight = randn(outputs, inputs), bias = randn(outputs);
            return () => nn.functional.linear(x, weight, bias).Dispose();
        });

    private static KernelCase Batched(string name, long batch, long m, long n, long k, bool transposeB) => new(
        name,
        Group,
        new Work(2.0 * batch * m * n * k),
        new PeerCase("bmm", new { batch, m, n, k, transposeB }),
        () =>
        {
            Tensor a = randn(batch, m, k), b = transposeB ? randn(batch, n, k).transpose(1, 2) : randn(batch, k, n);
            return () => a.bmm(b).Dispose();
        });

    private static KernelCase Vector(long m, long k, bool transposed) => new(
        $"mv {m}x{k} {(transposed ? "t" : "n")}",
        Group,
        new Work(Bytes: 4.0 * m * k),
        new PeerCase("mv", new { m, k, transposed }),
        () =>
        {
            Tensor a = Matrix(m, k, transposed, float32), x = randn(k);
            return () => a.mv(x).Dispose();
        });
}
