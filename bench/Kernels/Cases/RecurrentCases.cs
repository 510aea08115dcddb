using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Recurrent networks over 50 steps, hidden size 256, batch 32: forward with backward.</summary>
internal static class RecurrentCases
{
    private const string Group = "recurrent";
    private const long Steps = 50, Hidden = 256, Batch = 32;

    public static IEnumerable<KernelCase> All => [LstmFromOps(), Module("LSTM", 4), Module("GRU", 3), Module("RNN", 1)];

    private static KernelCase Module(string kind, int gates) => new(
        $"{kind} {Steps} steps hidden {Hidden} b{Batch} forward+backward",
        Group,
        new Work(3 * 2.0 * Steps * Batch * (2 * Hidden) * (gates * Hidden)),
        new PeerCase("recurrent", new { kind, steps = Steps, hidden = Hidden, batch = Batch }),
        () =>
        {
            Tensor x = randn(Steps, Batch, Hidden);
            nn.Module module = kind == "LSTM" ? nn.LSTM(Hidden, Hidden) : kind == "GRU" ? nn.GRU(Hidden, Hidden) : nn.RNN(Hidden, Hidden);
            Tensor[] parameters = [.. module.parameters()];
            return () =>
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor output = module switch
                {
                    LSTM lstm => lstm.call(x).Item1,
                    GRU gru => gru.call(x).Item1,
                    _ => ((RNN)module).call(x).Item1,
                };
                autograd.grad([output.sum()], parameters);
            };
        });

    /// <summary>An LSTM written out with linear layers and gates.</summary>
    private static KernelCase LstmFromOps() => new(
        $"LSTM from ops {Steps} steps hidden {Hidden} b{Batch} forward+backward",
        Group,
        new Work(3 * 2.0 * Steps * Batch * (2 * Hidden) * (4 * Hidden)),
        new PeerCase("lstm_from_ops", new { steps = Steps, hidden = Hidden, batch = Batch }),
        () =>
        {
            Tensor x = randn(Steps, Batch, Hidden);
            Tensor inputWeight = Parameter(4 * Hidden, Hidden), hiddenWeight = Parameter(4 * Hidden, Hidden), bias = Parameter(4 * Hidden);
            return () =>
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor h = zeros(Batch, Hidden), c = zeros(Batch, Hidden);
                for (long step = 0; step < Steps; step++)
                {
                    Tensor gates = nn.functional.linear(x[step], inputWeight, bias) + h.matmul(hiddenWeight.t());
                    Tensor[] parts = gates.chunk(4, 1);
                    c = parts[1].sigmoid() * c + parts[0].sigmoid() * parts[2].tanh();
                    h = parts[3].sigmoid() * c.tanh();
                }

                autograd.grad([h.sum()], [inputWeight, hiddenWeight, bias]);
            };
        });

    private static Tensor Parameter(params long[] sizes) => (randn(sizes) * 0.05).requires_grad_(true);
}
