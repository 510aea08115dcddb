using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Attention and recurrent layers.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Sequences()
    {
        const string attention = "_scaled_dot_product_flash_attention_for_cpu";
        yield return new KernelInfo(attention, static s =>
        {
            (Nd weights, Nd logSums) = AttentionWeights(s[0], s[1], s.Inputs[3], s.Bool(0), s.Number(1));
            return [References.Product(Dropped(weights, s.Number(2), s.Attrs[3]), s[2]), logSums];
        }, static dtype => Attended(dtype).Select(static a => new Sample([a.Query, a.Key, a.Value, a.Mask], Attr.Of(a.IsCausal), Number(0.5), Number(a.Dropout), Attr.Of(s_philox))))
        {
            AbsoluteTolerance = 200, Constants = [3],
            Many = static dtype => new Sample([Draw.Of(dtype, [5, 90, 16]), Draw.Of(dtype, [5, 300, 16]), Draw.Of(dtype, [5, 300, 8]), null], Attr.Of(false), Number(0.25), Number(0.1), Attr.Of(s_philox)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3, 4]), Draw.Of(DType.Float32, [2, 3, 5]), Draw.Of(DType.Float32, [2, 3, 5]), null], Attr.Of(false), Number(1), Number(0), Attr.Of(s_philox)), "*[2, 3, 4]*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [2, 3, 4]), Draw.Of(DType.Int64, [2, 3, 4]), Draw.Of(DType.Int64, [2, 3, 4]), null], Attr.Of(false), Number(1), Number(0), Attr.Of(s_philox)), "*floating-point*"),
            ],
        };
        yield return new KernelInfo(attention + "_backward", AttentionGradients, static dtype => Attended(dtype).Select(AttentionGradient))
        {
            Many = static dtype => AttentionGradient((Draw.Of(dtype, [5, 90, 16]), Draw.Of(dtype, [5, 300, 16]), Draw.Of(dtype, [5, 300, 8]), null, false, 0.1)),
            AbsoluteTolerance = 3000, Expandable = false, Constants = [4, 5, 6],
            Computed = static s =>
            {
                TensorImpl[] results = Aten._scaled_dot_product_flash_attention_for_cpu(
                    s.Inputs[1]!, s.Inputs[2]!, s.Inputs[3]!, s.Inputs[6], s.Bool(0), s.Attrs[1].AsScalar, s.Number(2), s.Attrs[3].AsPhilox);
                return s with { Inputs = [.. s.Inputs[..4], results[0], results[1], s.Inputs[6]] };
            },
        };
        yield return Recurrent("_lstm_layer", 4, static (s, gates, hidden, memory) =>
        {
            double input = Logistic(gates[0]), forget = Logistic(gates[1]), candidate = Math.Tanh(gates[2]), output = Logistic(gates[3]);
            double next = (forget * memory) + (input * candidate);
            return (output * Math.Tanh(next), next, [input, forget, candidate, output]);
        });
        yield return Recurrent("_gru_layer", 3, static (s, gates, hidden, _) =>
        {
            double reset = Logistic(gates[0]), update = Logistic(gates[1]), candidate = Math.Tanh(gates[2] + (reset * gates[3]));
            return (((1 - update) * candidate) + (update * hidden), 0, [reset, update, candidate, gates[3]]);
        });
        yield return Recurrent("_rnn_layer", 1, static (s, gates, _, _) => (Math.Tanh(gates[0]), 0, []));
    }

    private static Sample AttentionGradient((TensorImpl Query, TensorImpl Key, TensorImpl Value, TensorImpl? Mask, bool IsCausal, double Dropout) a)
    {
        TensorImpl[] results = Aten._scaled_dot_product_flash_attention_for_cpu(a.Query, a.Key, a.Value, a.Mask, a.IsCausal, 0.5, a.Dropout, s_philox);
        return new Sample(
            [Draw.Of(a.Query.DType, results[0].Sizes.ToArray()), a.Query, a.Key, a.Value, results[0], results[1], a.Mask], Attr.Of(a.IsCausal), Number(0.5), Number(a.Dropout), Attr.Of(s_philox));
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static IEnumerable<(TensorImpl Query, TensorImpl Key, TensorImpl Value, TensorImpl? Mask, bool IsCausal, double Dropout)> Attended(DType dtype)
    {
        foreach ((long rows, long keys, long width, long values) in (IEnumerable<(long, long, long, long)>)[(1, 1, 1, 1), (3, 4, 2, 3), (5, 3, 3, 2), (70, 130, 4, 5)])
        {
            TensorImpl query = Draw.Of(dtype, [2, rows, width], -1, 1), key = Draw.Of(dtype, [2, keys, width], -1, 1), value = Draw.Of(dtype, [2, keys, values]);
            yield return (query, key, value, null, false, 0);
            yield return (query, key, value, null, true, 0);
            yield return (query, key, value, Draw.Of(dtype, [rows, keys]), false, 0);
            yield return (query, key, value, null, rows > 1, 0.25);
        }

        TensorImpl some = Draw.Of(dtype, [2, 5, 3], -1, 1), keyed = Draw.Of(dtype, [2, 7, 3], -1, 1), valued = Draw.Of(dtype, [2, 7, 2]);
        yield return (some, keyed, valued, Compiler.Tensors.Floats([5, 7], static i => i % 3 == 0 ? double.NegativeInfinity : i / 40.0, dtype), false, 0);
        yield return (Draw.NowAndThen(dtype, [2, 5, 3], infinite: false), keyed, valued, null, false, 0);
        yield return (some, keyed, Draw.NowAndThen(dtype, [2, 7, 2], infinite: false), null, false, 0);
    }

    /// <summary>softmax(query keyᵀ scale + mask) and the logarithms of its sums.</summary>
    private static (Nd Weights, Nd LogSums) AttentionWeights(Nd query, Nd key, TensorImpl? mask, bool isCausal, double scale)
    {
        Nd? added = mask is null ? null : Nd.Of(mask);
        long keys = key.Sizes[1];
        Nd scores = Nd.Make([query.Sizes[0], query.Sizes[1], keys], i => isCausal && i[2] > i[1]
            ? double.NegativeInfinity
            : (Enumerable.Range(0, (int)query.Sizes[2]).Sum(e => query[i[0], i[1], e] * key[i[0], i[2], e]) * scale) + (added?.Broadcast(i) ?? 0));
        Nd logSums = Nd.Make([query.Sizes[0], query.Sizes[1], 1], i => Math.Log(Enumerable.Range(0, (int)keys).Sum(k => Math.Exp(scores[i[0], i[1], k]))));
        return (Nd.Make(scores.Sizes, i => Math.Exp(scores[i] - logSums[i[0], i[1], 0])), logSums);
    }

    /// <summary>The weights that dropout of the whole matrix keeps, scaled; zeros where it does not.</summary>
    private static Nd Dropped(Nd weights, double p, Attr numbers)
    {
        Nd kept = Nd.Of(Aten.dropout_mask(Aten.full(weights.Sizes, 0, DType.Float32), p, numbers.AsPhilox));
        return Nd.Make(weights.Sizes, i => weights[i] * kept[i] / (1 - p));
    }

    private static Nd[] AttentionGradients(Sample s)
    {
        (Nd gradient, Nd query, Nd key, Nd value) = (s[0], s[1], s[2], s[3]);
        double scale = s.Number(1);
        Nd weights = AttentionWeights(query, key, s.Inputs[6], s.Bool(0), scale).Weights;
        double Sum(long count, Func<int, double> term) => Enumerable.Range(0, (int)count).Sum(term);
        Nd factors = Dropped(Nd.Make(weights.Sizes, static _ => 1), s.Number(2), s.Attrs[3]);
        Nd received = Nd.Make(weights.Sizes, i => factors[i] * Sum(value.Sizes[2], e => gradient[i[0], i[1], e] * value[i[0], i[2], e]));
        Nd means = Nd.Make(weights.Sizes[..2], i => Sum(key.Sizes[1], k => weights[i[0], i[1], k] * received[i[0], i[1], k]));
        Nd scores = Nd.Make(weights.Sizes, i => weights[i] * (received[i] - means[i[0], i[1]]) * scale);
        return
        [
            Nd.Make(query.Sizes, i => Sum(key.Sizes[1], k => scores[i[0], i[1], k] * key[i[0], k, i[2]])),
            Nd.Make(key.Sizes, i => Sum(query.Sizes[1], r => scores[i[0], r, i[1]] * query[i[0], r, i[2]])),
            Nd.Make(value.Sizes, i => Sum(query.Sizes[1], r => weights[i[0], r, i[1]] * factors[i[0], r, i[1]] * gradient[i[0], r, i[2]])),
        ];
    }

    /// <summary>
    /// What a cell makes of an element: the gates' sums (of GRU's third gate the part over the input, and fourth the part over the hidden state), the hidden
    /// state and the memory before; the hidden state and memory after, and what is kept.
    /// </summary>
    private delegate (double Hidden, double Memory, double[] Kept) CellRule(Sample sample, double[] gates, double hidden, double memory);

    private static KernelInfo Recurrent(string name, int gates, CellRule rule) =>
        new(name, s => RunLayer(s, gates, rule), dtype => new (long Steps, long Batch, long Size)[] { (1, 1, 1), (3, 2, 3), (4, 5, 19) }
            .SelectMany(sizes => new[] { false, true }.Select(reverse => Layered(dtype, gates, sizes.Steps, sizes.Batch, sizes.Size, reverse)))
            .Append(Layered(dtype, gates, 2, 0, 3, reverse: false))
            .Append(Layered(dtype, gates, 3, 4, 3, reverse: false) is var s ? s with { Inputs = [Draw.NowAndThen(dtype, s[0].Sizes), .. s.Inputs[1..]] } : s))
        {
            Tolerance = 20, AbsoluteTolerance = 400, Expandable = false,
            Many = dtype => Layered(dtype, gates, 3, 23, 60, reverse: false),
            Refusals = [new Refusal(() => Layered(DType.Float32, gates, 2, 3, 4, reverse: false) is var s ? s with { Inputs = [Draw.Of(DType.Float32, [2, 3, 5]), .. s.Inputs[1..]] } : s, $"aten::{name}: expected gates of sizes*")],
        };

    private static Sample Layered(DType dtype, int gates, long steps, long batch, long size, bool reverse)
    {
        TensorImpl input = Draw.Of(dtype, [steps, batch, gates * size]), hidden = Draw.Of(dtype, [batch, size], -1, 1), weight = Draw.Of(dtype, [gates * size, size], -1, 1);
        return gates switch
        {
            4 => new Sample([input, hidden, Draw.Of(dtype, [batch, size], -1, 1), weight], Attr.Of(reverse)),
            3 => new Sample([input, hidden, weight, size == 1 ? null : Draw.Of(dtype, [gates * size], -1, 1)], Attr.Of(reverse)),
            _ => new Sample([input, hidden, weight], Attr.Of("tanh"), Attr.Of(reverse)),
        };
    }

    private static Nd[] RunLayer(Sample s, int gates, CellRule rule)
    {
        (Nd input, Nd hidden, Nd weight) = (s[0], s[1].Copy(), s[gates == 4 ? 3 : 2]);
        Nd? bias = gates == 3 && s.Inputs[3] is not null ? s[3] : null;
        Nd memory = gates == 4 ? s[2].Copy() : Nd.Zeros(hidden.Sizes);
        (long steps, long batch, long size) = (input.Sizes[0], hidden.Sizes[0], hidden.Sizes[1]);
        Nd output = Nd.Zeros(steps, batch, size), memories = Nd.Zeros(steps, batch, size), kept = Nd.Zeros(steps, batch, 4 * size);
        for (long turn = 0; turn < steps; turn++)
        {
            long step = s.Bool(gates == 1 ? 1 : 0) ? steps - 1 - turn : turn;
            Nd before = hidden.Copy();
            foreach (long[] i in Nd.Indices([batch, size]))
            {
                double Product(int gate) => Enumerable.Range(0, (int)size).Sum(j => weight[(gate * size) + i[1], j] * before[i[0], j]) + (bias?[(gate * size) + i[1]] ?? 0);
                double Input(int gate) => input[step, i[0], (gate * size) + i[1]];
                double[] sums = gates == 3
                    ? [Input(0) + Product(0), Input(1) + Product(1), Input(2), Product(2)]
                    : [.. Enumerable.Range(0, gates).Select(gate => Input(gate) + Product(gate))];
                (hidden[i], memory[i], double[] saved) = rule(s, sums, before[i], memory[i]);
                (output[step, i[0], i[1]], memories[step, i[0], i[1]]) = (hidden[i], memory[i]);
                for (int part = 0; part < saved.Length; part++)
                {
                    kept[step, i[0], (part * size) + i[1]] = saved[part];
                }
            }
        }

        return gates switch { 4 => [output, memories, kept], 3 => [output, kept], _ => [output] };
    }
}
