using TorchSharp.Utils;

namespace Terra.EndToEnd.Programs;

/// <summary>What training programs do around their step: schedules, validation, averages, checkpoints, early stopping.</summary>
public static class Recipes
{
    private const int Classes = 3;

    [EndToEndProgram]
    public static void AStepSkippedByTheNormOfItsGradients(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.05);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)) * (step % 7 == 6 ? 20 : 2), Data.Labels(step));
            loss.backward();
            double norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            if (norm < 5)
            {
                optimizer.step();
            }

            o.Note($"norm[{step}]", norm);
            o.Note($"clipped[{step}]", model.parameters().First().grad);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void SchedulesOfManyKinds(Observer o)
    {
        (string Name, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> Create)[] kinds =
        [
            ("multi-step", static optimizer => optim.lr_scheduler.MultiStepLR(optimizer, [5, 12], 0.3)),
            ("exponential", static optimizer => optim.lr_scheduler.ExponentialLR(optimizer, 0.9)),
            ("cosine", static optimizer => optim.lr_scheduler.CosineAnnealingLR(optimizer, 8, 0.001)),
            ("lambda", static optimizer => optim.lr_scheduler.LambdaLR(optimizer, static epoch => 1 / (1.0 + epoch))),
            ("warm up", static optimizer => optim.lr_scheduler.SequentialLR(
                optimizer,
                [optim.lr_scheduler.LinearLR(optimizer, 0.1, 1, 5), optim.lr_scheduler.PolynomialLR(optimizer, 12, 2)],
                [5])),
            ("cyclic", static optimizer => optim.lr_scheduler.CyclicLR(optimizer, 0.01, 0.1, step_size_up: 4)),
            ("one cycle", static optimizer => optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps: 20)),
        ];
        foreach ((string name, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> create) in kinds)
        {
            var model = new Perceptron();
            var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 0.01);
            optim.lr_scheduler.LRScheduler scheduler = create(optimizer);
            for (int step = 0; step < 20; step++)
            {
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step)).backward();
                optimizer.step();
                scheduler.step();
            }

            o.Note($"rate of {name}", optimizer.ParamGroups.Single().LearningRate);
            o.Note(name, model);
            o.Note(name, optimizer);
        }
    }

    [EndToEndProgram]
    public static void AScheduleThatFollowsTheLoss(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.RMSProp(model.parameters(), 0.05, momentum: 0.5);
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 2);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step % 4)), Data.Labels(step % 4));
            loss.backward();
            optimizer.step();
            scheduler.step(loss.item<float>());
            o.Note($"rate[{step}]", optimizer.ParamGroups.Single().LearningRate);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ValidationAfterEachEpochAndEarlyStopping(Observer o)
    {
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Linear(6, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, Classes));
        var optimizer = optim.AdamW(model.parameters(), 0.05);
        using var training = new Spirals(40, seed: 1);
        using var validation = new Spirals(20, seed: 2);
        using DataLoader batches = utils.data.DataLoader(training, 8, shuffle: true, seed: 3);
        using DataLoader held = utils.data.DataLoader(validation, 10);
        double best = double.MaxValue;
        Dictionary<string, Tensor> bestState = [];
        for (int epoch = 0, patience = 4; epoch < 15 && patience > 0; epoch++)
        {
            model.train();
            foreach (Dictionary<string, Tensor> batch in batches)
            {
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(model.call(batch["point"]), batch["class"]);
                loss.backward();
                optimizer.step();
            }

            (double validationLoss, long right) = Evaluate(model, held);
            o.Note($"loss[{epoch}]", validationLoss);
            o.Note($"right[{epoch}]", right);
            if (validationLoss < best)
            {
                best = validationLoss;
                patience = 4;
                bestState = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
            }
            else
            {
                patience--;
            }
        }

        o.Note("last", model);
        o.Note("optimizer", optimizer);
        model.load_state_dict(bestState);
        o.Note("best", model);
        o.Note("best loss", Evaluate(model, held).Loss);
    }

    /// <summary>Trained in one go, and again from a checkpoint of the model, the optimizer and the random numbers taken half way.</summary>
    [EndToEndProgram]
    public static void ACheckpointResumed(Observer o)
    {
        const int Half = 25, Steps = 50;
        using var model = new MemoryStream();
        using var state = new MemoryStream();
        var whole = new Resumable();
        whole.Train(0, Half);
        whole.Model.save(model);
        whole.Optimizer.save_state_dict(new BinaryWriter(state));
        using Tensor random = get_rng_state();
        whole.Train(Half, Steps);
        using Tensor end = get_rng_state();

        var resumed = new Resumable();
        model.Position = state.Position = 0;
        resumed.Model.load(model);
        resumed.Optimizer.load_state_dict(new BinaryReader(state));
        set_rng_state(random);
        resumed.Train(Half, Steps);

        Observer left = Seen(whole), right = Seen(resumed);
        if (!left.Lines.SequenceEqual(right.Lines) || !get_rng_state().Equals(end))
        {
            throw new InvalidOperationException("training resumed from a checkpoint goes another way");
        }

        o.Append("resumed", right);
    }

    [EndToEndProgram]
    public static void AnAverageOfTheWeightsUpdatedInPlace(Observer o)
    {
        var model = new Perceptron { DropProbability = 0.2 };
        var average = new Perceptron();
        average.load_state_dict(model.state_dict());
        foreach (Parameter parameter in average.parameters())
        {
            parameter.requires_grad = false;
        }

        var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step)).backward();
            optimizer.step();
            double decay = Math.Min(0.95, (1.0 + step) / (10 + step));
            using (no_grad())
            {
                foreach ((Parameter mean, Parameter now) in average.parameters().Zip(model.parameters()))
                {
                    mean.mul_(decay).add_(now, 1 - decay);
                }

                if (step % 5 == 4)
                {
                    average.eval();
                    o.Note($"predicted[{step}]", average.call(Data.Matrix(step + 1)).argmax(1));
                }
            }
        }

        o.Note("model", model);
        o.Note("average", average);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AScopeThatHandsResultsToTheOuterOne(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        using (NewDisposeScope())
        {
            Tensor hidden = zeros(5, 3), total = zeros(1);
            for (int step = 0; step < 60; step++)
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                Tensor output = model.call(Data.Matrix(step)) + (hidden * 0.1f);
                Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
                loss.backward();
                optimizer.step();
                Tensor last = hidden, sum = total;
                (hidden, total) = scope.MoveToOuter(output.detach(), total + loss.detach());
                if (step % 2 == 0)
                {
                    last.Dispose();
                    sum.Dispose();
                }

                o.Note($"kept[{step}]", scope.DisposablesCount > 0);
            }

            o.Note("hidden", hidden);
            o.Note("total", total);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    /// <summary>A float32 master copy of weights that compute in bfloat16, and a loss that is scaled.</summary>
    [EndToEndProgram]
    public static void MixedPrecisionWithMasterWeights(Observer o)
    {
        const double Scale = 128;
        var model = new Perceptron().bfloat16();
        Parameter[] masters = [.. model.parameters().Select(static weight => new Parameter(weight.detach().to_type(ScalarType.Float32)))];
        var optimizer = optim.Adam(masters, 0.02);
        for (int step = 0; step < 60; step++)
        {
            Tensor output = model.call(Data.Matrix(step).bfloat16()).@float();
            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            model.zero_grad();
            (loss * Scale).backward();
            using (no_grad())
            {
                foreach ((Parameter master, Parameter weight) in masters.Zip(model.parameters()))
                {
                    master.grad = weight.grad!.@float() / Scale;
                }

                optimizer.step();
                foreach ((Parameter master, Parameter weight) in masters.Zip(model.parameters()))
                {
                    weight.copy_(master);
                }
            }

            if (step % 10 == 9)
            {
                o.Note($"output[{step}]", output);
                o.Note($"weight[{step}]", model.parameters().First());
            }
        }

        foreach (Parameter master in masters)
        {
            o.Note("master", master);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    /// <summary>A line search: the optimizer runs forward and backward itself, as often as it likes.</summary>
    [EndToEndProgram(CoExecutedPercent = 60)]
    public static void AnOptimizerThatCallsAClosure(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.LBFGS(model.parameters(), 0.3, max_iter: 4);
        for (int step = 0; step < 30; step++)
        {
            int calls = 0;
            Tensor? loss = optimizer.step(() =>
            {
                calls++;
                optimizer.zero_grad();
                Tensor value = nn.functional.cross_entropy(model.call(Data.Matrix(step % 3)), Data.Labels(step % 3));
                value.backward();
                return value;
            });
            o.Note($"calls[{step}]", calls);
            o.Note($"loss[{step}]", loss);
        }

        o.Note("model", model);
    }

    private static (double Loss, long Right) Evaluate(nn.Module<Tensor, Tensor> model, DataLoader held)
    {
        model.eval();
        double loss = 0;
        long right = 0;
        using (no_grad())
        {
            foreach (Dictionary<string, Tensor> batch in held)
            {
                Tensor output = model.call(batch["point"]);
                loss += nn.functional.cross_entropy(output, batch["class"], reduction: nn.Reduction.Sum).item<float>();
                right += output.argmax(1).eq(batch["class"]).sum().item<long>();
            }
        }

        return (loss, right);
    }

    private static Observer Seen(Resumable training)
    {
        var seen = new Observer();
        seen.Note("model", training.Model);
        seen.Note("optimizer", training.Optimizer);
        return seen;
    }

    private sealed class Resumable
    {
        public Resumable() => Optimizer = optim.AdamW(Model.parameters(), 0.02);

        public Perceptron Model { get; } = new() { DropProbability = 0.3 };

        public AdamW Optimizer { get; }

        public void Train(int first, int end)
        {
            for (int step = first; step < end; step++)
            {
                Optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(Model.call(Data.Matrix(step) + (randn(5, 6) * 0.1f)), Data.Labels(step));
                loss.backward();
                Optimizer.step();
            }
        }
    }

    /// <summary>Points of a class each, drawn when asked for.</summary>
    private sealed class Spirals(long count, int seed) : utils.data.Dataset
    {
        public override long Count => count;

        public override Dictionary<string, Tensor> GetTensor(long index)
        {
            float[] numbers = Data.Numbers((seed * 1000) + (int)index, 6);
            long label = numbers[0] > 0.3f ? 2 : numbers[1] > 0 ? 1 : 0;
            return new() { ["point"] = tensor(numbers), ["class"] = tensor(label) };
        }
    }
}
