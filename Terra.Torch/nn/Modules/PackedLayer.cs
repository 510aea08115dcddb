using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Runs a recurrent layer over packed rows (sum of the lengths, *): neighbouring steps that the same sequences have are one run of the layer over a plain batch.
/// Forward, sequences that end leave the batch with their states; in reverse, they join it with their initial ones.
/// </summary>
internal static class PackedLayer
{
    /// <summary>The layer over packed rows in place of a sequence (T, N, *); outputs are packed likewise.</summary>
    internal static RecurrentStack.Layer Of(RecurrentStack.Layer layer, long[] batchSizes)
    {
        List<Run> runs = Runs(batchSizes);
        return (parameters, rows, states, reverse) =>
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor[] outputs, Tensor[] final) = reverse ? Backward(layer, runs, parameters, rows, states) : Forward(layer, runs, parameters, rows, states);
            Tensor output = cat(outputs);
            Array.ForEach(final, static state => state.MoveToOuterDisposeScope());
            return (output.MoveToOuterDisposeScope(), final);
        };
    }

    private static List<Run> Runs(long[] batchSizes)
    {
        var runs = new List<Run>();
        long first = 0;
        for (int step = 0; step < batchSizes.Length;)
        {
            int next = step;
            while (next < batchSizes.Length && batchSizes[next] == batchSizes[step])
            {
                next++;
            }

            runs.Add(new Run(first, next - step, batchSizes[step]));
            first += (next - step) * batchSizes[step];
            step = next;
        }

        return runs;
    }

    private static (Tensor[] Outputs, Tensor[] Final) Forward(RecurrentStack.Layer layer, List<Run> runs, RecurrentParameters parameters, Tensor rows, Tensor[] states)
    {
        var outputs = new Tensor[runs.Count];
        var ended = Array.ConvertAll(states, static _ => new List<Tensor>());
        Tensor[] current = states;
        for (int i = 0; i < runs.Count; i++)
        {
            long batch = runs[i].Batch;
            for (int kind = 0; i > 0 && kind < current.Length; kind++)
            {
                ended[kind].Insert(0, current[kind].narrow(0, batch, runs[i - 1].Batch - batch));
                current[kind] = current[kind].narrow(0, 0, batch);
            }

            (outputs[i], current) = Step(layer, runs[i], parameters, rows, current, reverse: false);
        }

        return (outputs, [.. current.Select((state, kind) => cat([state, .. ended[kind]]))]);
    }

    private static (Tensor[] Outputs, Tensor[] Final) Backward(RecurrentStack.Layer layer, List<Run> runs, RecurrentParameters parameters, Tensor rows, Tensor[] states)
    {
        var outputs = new Tensor[runs.Count];
        Tensor[] current = [];
        long batch = 0;
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            long joining = runs[i].Batch - batch, from = batch;
            Tensor[] before = current;
            current = [.. states.Select((state, kind) => before.Length == 0 ? state.narrow(0, 0, joining) : cat([before[kind], state.narrow(0, from, joining)]))];
            batch = runs[i].Batch;
            (outputs[i], current) = Step(layer, runs[i], parameters, rows, current, reverse: true);
        }

        return (outputs, current);
    }

    private static (Tensor Output, Tensor[] States) Step(RecurrentStack.Layer layer, Run run, RecurrentParameters parameters, Tensor rows, Tensor[] states, bool reverse)
    {
        Tensor sequence = rows.narrow(0, run.First, run.Steps * run.Batch).view(run.Steps, run.Batch, -1);
        (Tensor output, Tensor[] after) = layer(parameters, sequence, Array.ConvertAll(states, static state => state.contiguous()), reverse);
        return (output.view(run.Steps * run.Batch, -1), after);
    }

    /// <summary>Steps that the same sequences have, and the first of their rows.</summary>
    private readonly record struct Run(long First, long Steps, long Batch);
}
