using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// The gradients of recurrent layers by ops that have derivatives: what <c>_lstm_layer_backward</c> and the like compute, written out step by step, to be
/// differentiated again. T steps, B examples, hidden size H. The gradient of a gate's sum is that of the hidden state (or memory) times a factor which does not
/// depend on it, so the factors of all steps come first and each step is a product with them.
/// </summary>
internal static class RecurrentGradients
{
    /// <summary>_lstm_layer_backward(hx, cx, weight_hh, output, cells, kept, grad_output?, grad_cells?): the gradients of gates, hx and cx.</summary>
    /// <param name="arguments">The op's tensors.</param>
    /// <param name="toKept">A gradient of what the layer keeps, [T, B, 4H], or null.</param>
    /// <param name="reverse">Whether the last step comes first.</param>
    public static TensorImpl[] Lstm(TensorImpl?[] arguments, TensorImpl? toKept, bool reverse)
    {
        using var temporaries = new Temporaries();
        TensorImpl memories = arguments[4]!, kept = arguments[5]!;
        TensorImpl input = temporaries.Part(kept, 0, 4), forget = temporaries.Part(kept, 1, 4), candidate = temporaries.Part(kept, 2, 4), output = temporaries.Part(kept, 3, 4);
        TensorImpl active = temporaries.Add(Aten.tanh(memories)), before = temporaries.Add(Before(arguments[1]!, memories, reverse));
        TensorImpl factors = temporaries.Add(Joined(
            Aten.sigmoid_backward(candidate, input), Aten.sigmoid_backward(before, forget), Aten.tanh_backward(input, candidate), Aten.sigmoid_backward(active, output)));
        TensorImpl? constants = toKept is null ? null : temporaries.Add(Joined(
            Aten.sigmoid_backward(temporaries.Part(toKept, 0, 4), input),
            Aten.sigmoid_backward(temporaries.Part(toKept, 1, 4), forget),
            Aten.tanh_backward(temporaries.Part(toKept, 2, 4), candidate),
            Aten.sigmoid_backward(temporaries.Part(toKept, 3, 4), output)));
        var layer = new Layer(arguments[2]!, factors, constants)
        {
            MemorySlope = temporaries.Add(Aten.tanh_backward(output, active)),
            Forget = forget,
        };
        (TensorImpl states, TensorImpl hidden, TensorImpl? memory) = Walk(layer, 4, arguments[6], arguments[7], arguments[1]!, reverse);
        using (states)
        {
            return [Combined(states, factors, constants), hidden, memory!];
        }
    }

    /// <summary>_gru_layer_backward(hx, weight_hh, output, kept, grad_output?): the gradients of gates, of the gates' sums over the hidden state, and of hx.</summary>
    /// <inheritdoc cref="Lstm"/>
    public static TensorImpl[] Gru(TensorImpl?[] arguments, TensorImpl? toKept, bool reverse)
    {
        using var temporaries = new Temporaries();
        TensorImpl kept = arguments[3]!;
        TensorImpl reset = temporaries.Part(kept, 0, 4), update = temporaries.Part(kept, 1, 4), candidate = temporaries.Part(kept, 2, 4), sum = temporaries.Part(kept, 3, 4);
        TensorImpl before = temporaries.Add(Before(arguments[0]!, arguments[2]!, reverse));
        TensorImpl change = temporaries.Add(Aten.sub(before, candidate, 1)), rest = temporaries.Add(Aten.rsub(update, 1, 1));
        TensorImpl slope = temporaries.Add(Aten.tanh_backward(rest, candidate)), bySum = temporaries.Add(Aten.mul(slope, sum));
        TensorImpl toReset = temporaries.Add(Aten.sigmoid_backward(bySum, reset)), toUpdate = temporaries.Add(Aten.sigmoid_backward(change, update));
        TensorImpl factors = temporaries.Add(Joined(toReset.Alias(), toUpdate.Alias(), slope.Alias()));
        TensorImpl hiddenFactors = temporaries.Add(Joined(toReset.Alias(), toUpdate.Alias(), Aten.mul(slope, reset)));
        TensorImpl? constants = null, hiddenConstants = null;
        if (toKept is not null)
        {
            TensorImpl ofCandidate = temporaries.Add(Aten.tanh_backward(temporaries.Part(toKept, 2, 4), candidate));
            TensorImpl ofReset = temporaries.Add(Aten.addcmul(temporaries.Part(toKept, 0, 4), ofCandidate, sum, 1));
            TensorImpl first = temporaries.Add(Aten.sigmoid_backward(ofReset, reset));
            TensorImpl second = temporaries.Add(Aten.sigmoid_backward(temporaries.Part(toKept, 1, 4), update));
            constants = temporaries.Add(Joined(first.Alias(), second.Alias(), ofCandidate.Alias()));
            hiddenConstants = temporaries.Add(Joined(first.Alias(), second.Alias(), Aten.addcmul(temporaries.Part(toKept, 3, 4), ofCandidate, reset, 1)));
        }

        var layer = new Layer(arguments[1]!, hiddenFactors, hiddenConstants) { Direct = update };
        (TensorImpl states, TensorImpl hidden, _) = Walk(layer, 3, arguments[4], null, arguments[0]!, reverse);
        using (states)
        {
            return [Combined(states, factors, constants), Combined(states, hiddenFactors, hiddenConstants), hidden];
        }
    }

    /// <summary>_rnn_layer_backward(hx, weight_hh, output, grad_output?): the gradients of gates and hx.</summary>
    public static TensorImpl[] Rnn(TensorImpl?[] arguments, string nonlinearity, bool reverse)
    {
        using TensorImpl factors = Slope(arguments[2]!, nonlinearity);
        (TensorImpl states, TensorImpl hidden, _) = Walk(new Layer(arguments[1]!, factors, null), 1, arguments[3], null, arguments[0]!, reverse);
        using (states)
        {
            return [Combined(states, factors, null), hidden];
        }
    }

    /// <summary>
    /// Goes through the steps in the order of the gradient. Returns for each step what the factors are for, [T, B, count * H]: the gradient of the hidden state, or of
    /// the memory for all gates but the last if there is one; and the gradients of hidden state and memory before the first step.
    /// </summary>
    private static (TensorImpl States, TensorImpl Hidden, TensorImpl? Memory) Walk(
        Layer layer, int count, TensorImpl? toOutput, TensorImpl? toMemories, TensorImpl initial, bool reverse)
    {
        long steps = layer.Factors.Sizes[0];
        var states = new TensorImpl[steps];
        TensorImpl carried = Derivative.ZerosLike(initial);
        TensorImpl? carriedMemory = layer.Forget is null ? null : Derivative.ZerosLike(initial);
        for (long turn = steps - 1; turn >= 0; turn--)
        {
            long step = reverse ? steps - 1 - turn : turn;
            using TensorImpl fromLater = carried, hidden = Plus(fromLater, toOutput, step);
            if (layer.Forget is null)
            {
                states[step] = Joined([.. Enumerable.Range(0, count).Select(_ => hidden.Alias())]);
            }
            else
            {
                using TensorImpl fromLaterMemory = carriedMemory!, known = Plus(fromLaterMemory, toMemories, step);
                using TensorImpl slope = Views.select(layer.MemorySlope!, 0, step), memory = Aten.addcmul(known, hidden, slope, 1), forget = Views.select(layer.Forget, 0, step);
                states[step] = Joined([.. Enumerable.Range(1, count - 1).Select(_ => memory.Alias()), hidden.Alias()]);
                carriedMemory = Aten.mul(memory, forget);
            }

            using TensorImpl factors = Views.select(layer.Factors, 0, step), product = Aten.mul(states[step], factors), gates = Plus(product, layer.Constants, step);
            carried = Aten.mm(gates, layer.Weight);
            if (layer.Direct is not null)
            {
                using TensorImpl throughGates = carried, direct = Views.select(layer.Direct, 0, step);
                carried = Aten.addcmul(throughGates, hidden, direct, 1);
            }
        }

        TensorImpl all = Composite.stack(states);
        Array.ForEach(states, static state => state.Dispose());
        return (all, carried, carriedMemory);
    }

    /// <summary>The states before each step.</summary>
    private static TensorImpl Before(TensorImpl initial, TensorImpl states, bool reverse)
    {
        long steps = states.Sizes[0];
        using TensorImpl first = Views.unsqueeze(initial, 0), others = Views.narrow(states, 0, reverse ? 1 : 0, steps - 1);
        return Aten.cat(reverse ? [others, first] : [first, others], 0);
    }

    /// <summary>The activation's slope, by its result.</summary>
    private static TensorImpl Slope(TensorImpl result, string nonlinearity)
    {
        using TensorImpl ones = Aten.full(result.Sizes.ToArray(), 1, result.DType);
        return nonlinearity == "relu" ? Aten.threshold_backward(ones, result, 0) : Aten.tanh_backward(ones, result);
    }

    /// <summary>The sum of a step's tensor and that step of a sequence, if there is one.</summary>
    private static TensorImpl Plus(TensorImpl tensor, TensorImpl? sequence, long step)
    {
        if (sequence is null)
        {
            return tensor.Alias();
        }

        using TensorImpl part = Views.select(sequence, 0, step);
        return Aten.add(tensor, part, 1);
    }

    private static TensorImpl Combined(TensorImpl states, TensorImpl factors, TensorImpl? constants) =>
        constants is null ? Aten.mul(states, factors) : Aten.addcmul(constants, states, factors, 1);

    /// <summary>Vectors side by side; disposes of them.</summary>
    private static TensorImpl Joined(params TensorImpl[] vectors)
    {
        TensorImpl joined = Aten.cat(vectors, -1);
        Array.ForEach(vectors, static vector => vector.Dispose());
        return joined;
    }

    /// <summary>What a layer's gradient depends on, apart from the gradients that come in.</summary>
    /// <param name="Weight">[G * H, H].</param>
    /// <param name="Factors">Of the gradients of the gates' sums over the hidden state, [T, B, G * H].</param>
    /// <param name="Constants">Added to those gradients, [T, B, G * H].</param>
    private sealed record Layer(TensorImpl Weight, TensorImpl Factors, TensorImpl? Constants)
    {
        /// <summary>How much of a hidden state is the one before (GRU), [T, B, H].</summary>
        public TensorImpl? Direct { get; init; }

        /// <summary>The slope of the hidden state along the memory, [T, B, H].</summary>
        public TensorImpl? MemorySlope { get; init; }

        /// <summary>How much of the memory is kept, [T, B, H].</summary>
        public TensorImpl? Forget { get; init; }
    }

    /// <summary>Tensors that are disposed of together.</summary>
    private sealed class Temporaries : IDisposable
    {
        private readonly List<TensorImpl> _tensors = [];

        public TensorImpl Add(TensorImpl tensor)
        {
            _tensors.Add(tensor);
            return tensor;
        }

        /// <summary>One of several vectors that lie side by side.</summary>
        public TensorImpl Part(TensorImpl sequence, int index, int count)
        {
            long size = sequence.Sizes[^1] / count;
            return Add(Views.narrow(sequence, -1, index * size, size));
        }

        public void Dispose() => _tensors.ForEach(static tensor => tensor.Dispose());
    }
}
