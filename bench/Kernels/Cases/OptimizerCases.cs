using Terra.Bench.Kernels.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>One step of an optimizer over ResNet50's parameters, gradients given.</summary>
internal static class OptimizerCases
{
    private const string Group = "optimizer";
    private const double Parameters = 25_557_032;

    public static IEnumerable<KernelCase> All =>
    [
        Step("Adam", 7, 2, static parameters => optim.Adam(parameters)),
        Step("AdamW", 7, 1, static parameters => optim.AdamW(parameters)),
        Step("SGD", 5, 1, static parameters => optim.SGD(parameters, 0.01, momentum: 0.9)),
    ];

    private static KernelCase Step(string kind, int passes, double bar, Func<IEnumerable<Parameter>, optim.Optimizer> create) => new(
        $"{kind} ResNet50",
        Group,
        new Work(Bytes: passes * sizeof(float) * Parameters),
        new PeerCase("optimizer", new { kind }),
        () =>
        {
            var model = ResNet.Fifty();
            foreach (Parameter parameter in model.parameters())
            {
                parameter.grad = randn_like(parameter) * 0.01;
            }

            optim.Optimizer optimizer = create(model.parameters());
            return () => optimizer.step();
        })
    {
        RatioBar = bar,
    };
}
