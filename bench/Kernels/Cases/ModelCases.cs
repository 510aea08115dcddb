using Terra.Bench.Kernels.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Whole eager steps: inference, and training with Adam.</summary>
internal static class ModelCases
{
    private const string Group = "models";

    public static IEnumerable<KernelCase> All =>
    [
        Inference("mlp", Mlp, static () => randn(64, 784)),
        Training("mlp", Mlp, static () => randn(64, 784), static () => randint(0, 10, [64], int64)),
        Training("cnn", Cnn, static () => randn(64, 1, 28, 28), static () => randint(0, 10, [64], int64)),
        Inference("resnet18", ResNet.Eighteen, Images),
        Training("resnet18", ResNet.Eighteen, Images, Classes),
        Inference("resnet50", ResNet.Fifty, Images),
        Training("resnet50", ResNet.Fifty, Images, Classes),
        Inference("gpt", Transformer, Tokens),
        Training("gpt", Transformer, Tokens, Tokens),
    ];

    private static Module<Tensor, Tensor> Mlp() =>
        Sequential(Linear(784, 512), ReLU(), Linear(512, 512), ReLU(), Linear(512, 10));

    private static Module<Tensor, Tensor> Cnn() => Sequential(
        Conv2d(1, 32, 3, padding: 1), ReLU(), MaxPool2d(2),
        Conv2d(32, 64, 3, padding: 1), ReLU(), MaxPool2d(2),
        Flatten(), Linear(64 * 7 * 7, 128), ReLU(), Linear(128, 10));

    private static Gpt Transformer() => new(vocabulary: 1000, length: 128, width: 256, layers: 4, heads: 8);

    private static Tensor Images() => randn(8, 3, 224, 224);

    private static Tensor Classes() => randint(0, 1000, [8], int64);

    private static Tensor Tokens() => randint(0, 1000, [8, 128], int64);

    private static KernelCase Inference(string model, Func<Module<Tensor, Tensor>> create, Func<Tensor> input) => new(
        $"{model} inference",
        Group,
        default,
        new PeerCase("inference", new { model }),
        () =>
        {
            Module<Tensor, Tensor> network = create();
            network.eval();
            Tensor x = input();
            return () =>
            {
                using IDisposable mode = no_grad();
                network.call(x).Dispose();
            };
        });

    private static KernelCase Training(string model, Func<Module<Tensor, Tensor>> create, Func<Tensor> input, Func<Tensor> target) => new(
        $"{model} training",
        Group,
        default,
        new PeerCase("training", new { model }),
        () =>
        {
            Module<Tensor, Tensor> network = create();
            network.train();
            optim.Optimizer optimizer = optim.Adam(network.parameters());
            Tensor x = input(), y = target().view(-1);
            return () =>
            {
                optimizer.zero_grad();
                using Tensor output = network.call(x);
                using Tensor logits = output.view(-1, output.shape[^1]);
                using Tensor loss = functional.cross_entropy(logits, y);
                loss.backward();
                optimizer.step();
            };
        });
}
