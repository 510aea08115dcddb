using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>
/// Gradients of recurrent layers. Their values are checked by the first derivatives of the layers; here the reference is the op itself on row-major float64
/// tensors, so these entries are about dtypes, layouts, graphs, threads and derivatives.
/// </content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> RecurrentGradients()
    {
        yield return Itself("_lstm_layer_backward", 4, 2, LstmGradient);
        yield return Itself("_gru_layer_backward", 3, 1, GruGradient);
        yield return Itself("_rnn_layer_backward", 1, 1, static s => ElmanGradient(s, "tanh", reverse: false)) with { Variant = "tanh" };
        yield return Itself("_rnn_layer_backward", 1, 1, static s => ElmanGradient(s, "relu", reverse: true)) with
        {
            // The slope jumps where the result is zero.
            Variant = "relu", Gradients = static () => [ElmanGradient(RecurrentSteps(DType.Float64, 1, 1, 3, 2, 2), "relu", reverse: true) is var s ? s with { Inputs = [s.Inputs[0], s.Inputs[1], Draw.Of(DType.Float64, [3, 2, 2]), s.Inputs[3]] } : s],
        };
    }

    private static Sample LstmGradient(Sample s)
    {
        TensorImpl[] results = Aten._lstm_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, s.Inputs[3]!, false);
        return new Sample([s.Inputs[1], s.Inputs[2], s.Inputs[3], .. results, Draw.Of(results[0].DType, results[0].Sizes.ToArray()), null], Attr.Of(false));
    }

    private static Sample GruGradient(Sample s)
    {
        TensorImpl[] results = Aten._gru_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, null, true);
        return new Sample([s.Inputs[1], s.Inputs[2], .. results, Draw.Of(results[0].DType, results[0].Sizes.ToArray())], Attr.Of(true));
    }

    private static Sample ElmanGradient(Sample s, string nonlinearity, bool reverse)
    {
        TensorImpl output = Aten._rnn_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, nonlinearity, reverse);
        return new Sample([s.Inputs[1], s.Inputs[2], output, Draw.Of(output.DType, output.Sizes.ToArray())], Attr.Of(nonlinearity), Attr.Of(reverse));
    }

    private static KernelInfo Itself(string name, long gates, int states, Func<Sample, Sample> gradient) =>
        new(name, s => [.. LeafMethods.Call(OpRegistry.Find("aten::" + name), s with { Inputs = Array.ConvertAll(s.Inputs, InDouble) }).Select(Nd.Of)],
            dtype => new (long Steps, long Batch, long Size)[] { (3, 2, 2), (4, 3, 17), (2, 0, 3) }.Select(sizes => gradient(RecurrentSteps(dtype, gates, states, sizes.Steps, sizes.Batch, sizes.Size))))
        {
            Expandable = false, Tolerance = 200, AbsoluteTolerance = 1000, Many = dtype => gradient(RecurrentSteps(dtype, gates, states, 3, 23, 60)),
        };

    private static TensorImpl? InDouble(TensorImpl? tensor)
    {
        if (tensor is null)
        {
            return null;
        }

        double[] values = Nd.Of(tensor).Values;
        return Compiler.Tensors.Floats(tensor.Sizes.ToArray(), i => values[i], DType.Float64);
    }

    /// <summary>Gates' inputs, states and weights of a layer.</summary>
    private static Sample RecurrentSteps(DType dtype, long gates, int states, long steps, long batch, long size) => new(
        [
            Draw.Of(dtype, [steps, batch, gates * size], -1, 1), .. Enumerable.Range(0, states).Select(k => Draw.Of(dtype, [batch, size], -1 + (k / 4.0), 1)),
            Draw.Of(dtype, [gates * size, size], -0.5, 0.5),
        ]);
}
