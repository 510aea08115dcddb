using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests;

/// <summary>
/// A training step that is made again and again comes to use the same memory again and again: no native memory from the system, none more in use, and no
/// more managed memory from step to step, eager and co-executed.
/// </summary>
public sealed class SteadyStateTests : IDisposable
{
    private const int WarmUp = 60, Steps = 60, MostWindows = 20;

    private static readonly Dictionary<string, Func<Training>> s_trainings = new(StringComparer.Ordinal)
    {
        ["attention, causal, with dropout"] = () => new AttentionModel().On(randn([3, 40, 24]), randn([3, 40, 24])),
        ["LSTM and GRU"] = () => new RecurrentModel().On(randn([7, 5, 12]), randn([7, 5, 20])),
        ["convolutions of Winograd's sizes"] = () => new Layers(nn.Sequential(
            nn.Conv2d(3, 32, 3, padding: 1), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 32, 3, padding: 1), nn.ReLU(), nn.Conv2d(32, 4, 1))).On(randn([2, 3, 28, 28]), randn([2, 4, 28, 28])),
        ["a small network for images"] = () => new Layers(nn.Sequential(
            nn.Conv2d(1, 6, 3, padding: 1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(96, 32), nn.LayerNorm(32), nn.Tanh(), nn.Linear(32, 4)), isClassifier: true)
            .On(randn([16, 1, 8, 8]), randint(0, 4, [16], dtype: int64)),
        ["strided and transposed convolutions"] = () => new Layers(nn.Sequential(
            nn.Conv2d(3, 16, 3, stride: 2, padding: 1), nn.ELU(), nn.Conv2d(16, 24, 5, stride: 2, padding: 2, groups: 2), nn.Tanh(), nn.ConvTranspose2d(24, 16, 4, stride: 2, padding: 1),
            nn.ReLU(), nn.ConvTranspose2d(16, 3, 4, stride: 2, padding: 1))).On(randn([2, 3, 24, 24]), randn([2, 3, 24, 24])),
        ["embedding and cross entropy"] = () => new Layers(nn.Sequential(nn.Embedding(50, 16), nn.Flatten(), nn.LayerNorm(96), nn.Linear(96, 50)), isClassifier: true)
            .On(randint(0, 50, [9, 6], dtype: int64), randint(0, 50, [9], dtype: int64)),
        ["batch norm, pooling and dropout"] = () => new Layers(nn.Sequential(
            nn.Conv1d(4, 8, 3), nn.BatchNorm1d(8), nn.GELU(), nn.MaxPool1d(2), nn.Dropout(0.3), nn.Flatten(), nn.Linear(8 * 15, 6)), isClassifier: true)
            .On(randn([6, 4, 32]), randint(0, 6, [6], dtype: int64)),
    };

    private readonly TerraMode _before = TerraRuntime.Mode;
    private readonly int _threads = get_num_threads();

    public static TheoryData<string, TerraMode, int> Trainings
    {
        get
        {
            var all = new TheoryData<string, TerraMode, int>();
            foreach (string name in s_trainings.Keys)
            {
                all.Add(name, TerraMode.Off, 1);
                all.Add(name, TerraMode.Off, 2);
                all.Add(name, TerraMode.On, 1);
                all.Add(name, TerraMode.On, 2);
            }

            return all;
        }
    }

    public void Dispose()
    {
        TerraRuntime.Mode = _before;
        set_num_threads(_threads);
        TerraRuntime.Reset();
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Steps_use_the_same_memory_again(string name, TerraMode mode, int threads)
    {
        manual_seed(5);
        TerraRuntime.Mode = mode;
        set_num_threads(threads);
        using Training training = s_trainings[name]();
        string step = $"{name} {threads}";
        Run(training, step, WarmUp);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long managedEarly = Run(training, step, Steps), allocated = CachingAllocator.Shared.Statistics.Allocated;
        long coExecuted = TerraStatistics.Snapshot().CoExecuted, system, managedLate;

        // Which threads run at the same time, and so need memory at the same time, is not always the same: the most there can be comes up after a while.
        int windows = 0;
        do
        {
            system = CachingAllocator.Shared.SystemAllocations;
            managedLate = Run(training, step, Steps);
            windows++;
        }
        while (CachingAllocator.Shared.SystemAllocations != system && windows < MostWindows);

        CachingAllocator.Shared.SystemAllocations.Should().Be(system);
        CachingAllocator.Shared.Statistics.Allocated.Should().Be(allocated);
        ((double)managedLate / managedEarly).Should().BeLessThan(1.05);
        (TerraStatistics.Snapshot().CoExecuted - coExecuted).Should().Be(mode == TerraMode.On ? windows * Steps : 0);
    }

    /// <summary>Makes steps and returns how many bytes of managed memory they took.</summary>
    private static long Run(Training training, string name, int steps)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int step = 0; step < steps; step++)
        {
            using (StepScope.Begin(name))
            {
                training.Step();
            }
        }

        training.Settle();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <summary>A model with an optimizer and what it is trained with.</summary>
    private sealed class Training(nn.Module<Tensor, Tensor> model, bool isClassifier, Tensor input, Tensor target) : IDisposable
    {
        private readonly optim.Optimizer _optimizer = optim.Adam(model.parameters(), 1e-3);

        public void Step()
        {
            using DisposeScope scope = NewDisposeScope();
            _optimizer.zero_grad();
            Tensor output = model.forward(input);
            Tensor loss = isClassifier ? nn.functional.cross_entropy(output, target) : nn.functional.mse_loss(output, target);
            loss.backward();
            _optimizer.step();
            float.IsFinite(loss.item<float>()).Should().BeTrue();
        }

        /// <summary>Waits until everything has run and been given back.</summary>
        public void Settle()
        {
            foreach (Tensor parameter in model.parameters())
            {
                parameter.data<float>()[0].Should().NotBe(float.NaN);
            }

            long before;
            do
            {
                before = CachingAllocator.Shared.Statistics.Allocated;
                Thread.Sleep(10);
            }
            while (CachingAllocator.Shared.Statistics.Allocated != before);
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            model.Dispose();
            input.Dispose();
            target.Dispose();
        }
    }

    private abstract class Trained() : nn.Module<Tensor, Tensor>(nameof(Trained))
    {
        public virtual Training On(Tensor input, Tensor target) => new(this, false, input, target);
    }

    private sealed class Layers : Trained
    {
        private readonly nn.Module<Tensor, Tensor> _layers;
        private readonly bool _isClassifier;

        public Layers(nn.Module<Tensor, Tensor> layers, bool isClassifier = false)
        {
            _layers = layers;
            _isClassifier = isClassifier;
            RegisterComponents();
        }

        public override Training On(Tensor input, Tensor target) => new(this, _isClassifier, input, target);

        public override Tensor forward(Tensor input) => _layers.forward(input);
    }

    private sealed class AttentionModel : Trained
    {
        private readonly TorchSharp.Modules.Linear _project = nn.Linear(24, 72);
        private readonly TorchSharp.Modules.Linear _output = nn.Linear(24, 24);

        public AttentionModel() => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor[] parts = _project.forward(input).view(3, 40, 3, 4, 6).permute(2, 0, 3, 1, 4).unbind(0);
            Tensor attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], p: 0.1, is_casual: true);
            return _output.forward(attended.transpose(1, 2).reshape(3, 40, 24)) + input;
        }
    }

    private sealed class RecurrentModel : Trained
    {
        private readonly TorchSharp.Modules.LSTM _lstm = nn.LSTM(12, 16, numLayers: 2);
        private readonly TorchSharp.Modules.GRU _gru = nn.GRU(16, 20);

        public RecurrentModel() => RegisterComponents();

        public override Tensor forward(Tensor input) => _gru.forward(_lstm.forward(input, null).Item1, null).Item1;
    }
}
