using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Samples.Digits;

/// <summary>Trains the network until it stops to get better on scans held out from training.</summary>
internal sealed class Trainer(DigitNet model, SampleRun run)
{
    private const int BatchSize = 64;
    private const int LogEvery = 10;
    private const double MaximumNorm = 2;

    private readonly CrossEntropyLoss _criterion = CrossEntropyLoss();

    /// <summary>How many epochs without an accuracy as good as the best end the training.</summary>
    private int Patience => run.Size == SampleSize.Full ? 25 : 12;

    private int Epochs => run.Size switch
    {
        SampleSize.Tiny => 4,
        SampleSize.Small => 30,
        _ => 80,
    };

    /// <summary>Trains; afterwards the model has the parameters of its best epoch.</summary>
    /// <returns>The best accuracy on the held-out scans.</returns>
    public double Train(DigitImage[] training, DigitImage[] heldOut)
    {
        var loader = new BatchLoader(training, BatchSize, run.Seed);
        var optimizer = optim.AdamW(model.parameters(), lr: 3e-3, weight_decay: 1e-2);
        var scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max: Epochs, eta_min: 1e-4);
        var unread = new List<Tensor>();
        Dictionary<string, Tensor> best = Snapshot();
        double bestAccuracy = 0;
        int epochsSinceBest = 0;

        for (int epoch = 1; epoch <= Epochs && epochsSinceBest < Patience && !run.IsOver; epoch++)
        {
            double largestNorm = 0;
            model.train();
            foreach (Batch batch in loader.Epoch())
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor images = tensor(batch.Pixels, [batch.Count, 1, DigitImage.Side, DigitImage.Side]);
                Tensor labels = tensor(batch.Labels);

                optimizer.zero_grad();
                Tensor loss = _criterion.call(model.call(images), labels);
                loss.backward();
                double norm = nn.utils.clip_grad_norm_(model.parameters(), MaximumNorm);
                optimizer.step();

                largestNorm = Math.Max(largestNorm, norm);
                unread.Add(loss.detach().DetachFromDisposeScope());
                run.StepDone();
                if (run.Steps % LogEvery == 0)
                {
                    ReadLosses(unread);
                    run.ShowProgress(epoch, run.Losses[^1]);
                }

                if (run.IsOver)
                {
                    break;
                }
            }

            ReadLosses(unread);
            scheduler.step();
            double accuracy = Evaluation.Of(model, heldOut).Accuracy;
            epochsSinceBest++;
            if (accuracy >= bestAccuracy)
            {
                (bestAccuracy, epochsSinceBest) = (accuracy, 0);
                DisposeAll(best);
                best = Snapshot();
            }

            run.ShowProgress(epoch, run.Losses[^1], isMilestone: true, $"held-out {accuracy:P1}, largest gradient {largestNorm:F1}");
        }

        model.load_state_dict(best);
        DisposeAll(best);
        return bestAccuracy;
    }

    /// <summary>Losses are read only now and then, and all of them: until then each is a tensor that outlives its step.</summary>
    private void ReadLosses(List<Tensor> unread)
    {
        foreach (Tensor loss in unread)
        {
            run.Losses.Add(loss.item<float>());
            loss.Dispose();
        }

        unread.Clear();
    }

    private Dictionary<string, Tensor> Snapshot() =>
        model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.detach().clone());

    private static void DisposeAll(Dictionary<string, Tensor> tensors)
    {
        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
