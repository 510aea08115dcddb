using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FinishedProgram;

internal static class Training
{
    /// <summary>A plain loop, which the runtime finds to be the step by itself.</summary>
    public static void InALoop(int steps)
    {
        manual_seed(11);
        using var model = Sequential(Linear(6, 16), Tanh(), Dropout(0.2), Linear(16, 3));
        using var optimizer = optim.Adam(model.parameters(), lr: 0.01);
        using var criterion = CrossEntropyLoss();
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor x, Tensor y) = Batch();
            optimizer.zero_grad();
            Tensor loss = criterion.call(model.call(x), y);
            loss.backward();
            optimizer.step();
            Print("loop", step, loss);
        }
    }

    /// <summary>Each call of an async method is a step: awaits go on in other threads, and every tenth call throws.</summary>
    public static async Task InAsyncSteps(int steps)
    {
        manual_seed(12);
        using var model = Sequential(Linear(6, 8), ReLU(), Linear(8, 3));
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.05, momentum: 0.9);
        for (int step = 0; step < steps; step++)
        {
            try
            {
                Print("async", step, await StepAsync(model, optimizer, step));
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine(e.Message);
            }
        }
    }

    [Terra.Step]
    private static async Task<Tensor> StepAsync(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, int step)
    {
        (Tensor x, Tensor y) = Batch();
        await OnAnotherThread();
        optimizer.zero_grad();
        Tensor scores = model.call(x);
        await OnAnotherThread();
        if (step % 10 == 9)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"step {step} fails after {scores.numel()} scores"));
        }

        Tensor loss = functional.cross_entropy(scores, y);
        loss.backward();
        optimizer.step();
        return loss;
    }

    private static (Tensor X, Tensor Y) Batch()
    {
        Tensor x = randn(4, 6);
        return (x, x.sum(1).gt(0).to(int64));
    }

    private static Task OnAnotherThread()
    {
        var done = new TaskCompletionSource();
        new Thread(done.SetResult).Start();
        return done.Task;
    }

    private static void Print(string what, int step, Tensor loss) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {step}: {BitConverter.SingleToInt32Bits(loss.item<float>()):x8}"));
}
