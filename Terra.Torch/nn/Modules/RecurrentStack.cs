using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>
/// Recurrent layers one on another, in one direction or both: the parameters under PyTorch's names, and how sequences and states pass through. Sequences are
/// (T, N, *), or (N, T, *) if the batch comes first, or (T, *) without a batch; states are (layers * directions, N, H), or (layers * directions, H).
/// </summary>
internal sealed class RecurrentStack
{
    private readonly string _name;
    private readonly int _layers;
    private readonly int _directions;
    private readonly bool _batchFirst;
    private readonly double _dropout;

    internal RecurrentStack(
        Module owner,
        long gates,
        long inputSize,
        long hiddenSize,
        long layers,
        bool bias,
        bool batchFirst,
        double dropout,
        bool bidirectional,
        Device? device,
        ScalarType? dtype)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        _name = owner.GetName();
        (_layers, _directions, _batchFirst, _dropout) = (checked((int)layers), bidirectional ? 2 : 1, batchFirst, dropout);
        Parameters = new RecurrentParameters[_layers * _directions];
        for (int i = 0; i < Parameters.Length; i++)
        {
            long width = i < _directions ? inputSize : hiddenSize * _directions;
            Parameters[i] = new RecurrentParameters(width, hiddenSize, gates, bias, device, dtype);
            Parameters[i].Register(owner, $"_l{i / _directions}{(i % _directions == 1 ? "_reverse" : "")}");
        }
    }

    /// <summary>One layer in one direction: from a sequence (T, N, *) and states (N, H) to a sequence (T, N, H) and the states after the last step.</summary>
    internal delegate (Tensor Output, Tensor[] States) Layer(RecurrentParameters parameters, Tensor input, Tensor[] states, bool reverse);

    /// <summary>Of all layers, forward before reverse.</summary>
    internal RecurrentParameters[] Parameters { get; }

    /// <summary>Passes a sequence through all layers; returns the last one's output and the final states.</summary>
    /// <exception cref="ArgumentException">The input or a state has the wrong number of dimensions.</exception>
    internal (Tensor Output, Tensor[] States) Run(Tensor input, Tensor?[] initial, bool training, Layer layer)
    {
        bool isBatched = input.Impl.Rank == 3;
        if (!isBatched && input.Impl.Rank != 2)
        {
            throw new ArgumentException($"{_name}: expected an input of 2 or 3 dimensions, got {input.Impl.Rank}", nameof(input));
        }

        using Tensor sequence = isBatched ? _batchFirst ? input.transpose(0, 1) : input.SameTensor() : input.unsqueeze(1);
        Tensor?[] states = Array.ConvertAll(initial, state => state is null ? null : isBatched ? state.SameTensor() : state.unsqueeze(1));
        (Tensor output, Tensor[] final) = RunLayers(sequence, sequence.Impl.Sizes[1], states, training, layer);
        Array.ForEach(states, static state => state?.Dispose());
        return (
            Shaped(output, result => isBatched ? _batchFirst ? result.transpose(0, 1) : result.SameTensor() : result.squeeze(1)),
            Array.ConvertAll(final, state => Shaped(state, result => isBatched ? result.SameTensor() : result.squeeze(1))));
    }

    /// <summary>Passes packed sequences through all layers; states are those of the batch in its first order.</summary>
    internal (nn.utils.rnn.PackedSequence Output, Tensor[] States) Run(nn.utils.rnn.PackedSequence input, Tensor?[] initial, bool training, Layer layer)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] batchSizes = input.BatchSizes;
        Tensor?[] states = Array.ConvertAll(initial, state => input.sorted_indices is null ? state : state?.index_select(1, input.sorted_indices));
        (Tensor output, Tensor[] final) = RunLayers(input.data, batchSizes[0], states, training, PackedLayer.Of(layer, batchSizes));
        Tensor[] last = Array.ConvertAll(final, state => input.unsorted_indices is null ? state : state.index_select(1, input.unsorted_indices));
        Array.ForEach(last, static state => state.MoveToOuterDisposeScope());
        return (input.With(output).MoveToOuterDisposeScope(), last);
    }

    private static Tensor Shaped(Tensor tensor, Func<Tensor, Tensor> view)
    {
        using (tensor)
        {
            return view(tensor);
        }
    }

    private (Tensor Output, Tensor[] States) RunLayers(Tensor input, long batch, Tensor?[] initial, bool training, Layer layer)
    {
        var final = Array.ConvertAll(initial, _ => new Tensor[Parameters.Length]);
        Tensor current = input.SameTensor();
        for (int level = 0; level < _layers; level++)
        {
            if (level > 0 && training && _dropout > 0)
            {
                using Tensor whole = current;
                current = functional.dropout(whole, _dropout);
            }

            var outputs = new Tensor[_directions];
            for (int direction = 0; direction < _directions; direction++)
            {
                int index = (level * _directions) + direction;
                Tensor[] states = Array.ConvertAll(initial, state => state?.select(0, index) ?? Parameters[index].InitialState(batch, current.dtype));
                (outputs[direction], Tensor[] after) = layer(Parameters[index], current, states, direction == 1);
                Array.ForEach(states, static state => state.Dispose());
                for (int kind = 0; kind < after.Length; kind++)
                {
                    final[kind][index] = after[kind];
                }
            }

            current.Dispose();
            current = outputs.Length == 1 ? outputs[0] : cat(outputs, -1);
            if (outputs.Length > 1)
            {
                Array.ForEach(outputs, static output => output.Dispose());
            }
        }

        return (current, Array.ConvertAll(final, Stacked));
    }

    private static Tensor Stacked(Tensor[] states)
    {
        Tensor stacked = stack(states);
        Array.ForEach(states, static state => state.Dispose());
        return stacked;
    }

    /// <summary>The state after the last step that was taken.</summary>
    internal static Tensor Last(Tensor states, bool reverse) => states.select(0, reverse ? 0 : states.Impl.Sizes[0] - 1);
}
