using Spectre.Console;
using Terra.Samples;
using Terra.Samples.Quickstart;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return SampleCommandLine.Run("Quickstart", "Teaches a small network which of two spirals a point lies on.", args, static run =>
{
    manual_seed(run.Seed);
    int epochs = run.Size switch
    {
        SampleSize.Tiny => 200,
        SampleSize.Small => 1500,
        _ => 4000,
    };
    (float[] points, long[] labels) = Spirals.Draw(pointsPerArm: 120, new Random(run.Seed));
    using Tensor x = tensor(points, [labels.Length, 2]);
    using Tensor y = tensor(labels);

    using var model = Sequential(Linear(2, 32), Tanh(), Linear(32, 32), Tanh(), Linear(32, 2));
    using var optimizer = optim.Adam(model.parameters(), lr: 0.01);
    using var criterion = CrossEntropyLoss();
    for (int epoch = 1; epoch <= epochs && !run.IsOver; epoch++)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss = criterion.call(model.call(x), y);
        loss.backward();
        optimizer.step();

        run.Losses.Add(loss.item<float>());
        run.StepDone();
        run.ShowProgress(epoch, run.Losses[^1], isMilestone: epoch % 250 == 0);
    }

    using (no_grad())
    {
        using Tensor scores = model.call(x);
        using Tensor correct = scores.argmax(1).eq(y).to(float32).mean();
        run.Metrics["accuracy"] = correct.item<float>();
    }

    if (!run.Quiet)
    {
        AnsiConsole.MarkupLine($"[bold]{run.Metrics["accuracy"]:P1} of the points are on the right spiral[/]");
    }
});
