using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>
/// Gradients of recurrent layers. Their values are checked by the first derivatives of the layers; here the reference is the op itself on row-major float64
/// tensors, so these entries are about dtypes, layouts, graphs and threads.
/// </content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> RecurrentGradients()
    {
        yield return Itself("_lstm_layer_backward", static dtype => RecurrentSteps(dtype, 4, 2).Select(s =>
        {
            TensorImpl[] results = Aten._lstm_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, s.Inputs[3]!, false);
            return new Sample([s.Inputs[1], s.Inputs[2], s.Inputs[3], .. results, Draw.Of(dtype, results[0].Sizes.ToArray()), null], Attr.Of(false));
        }));
        yield return Itself("_gru_layer_backward", static dtype => RecurrentSteps(dtype, 3, 1).Select(s =>
        {
            TensorImpl[] results = Aten._gru_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, null, true);
            return new Sample([s.Inputs[1], s.Inputs[2], .. results, Draw.Of(dtype, results[0].Sizes.ToArray())], Attr.Of(true));
        }));
        yield return Itself("_rnn_layer_backward", static dtype => RecurrentSteps(dtype, 1, 1).Select(s =>
        {
            TensorImpl output = Aten._rnn_layer(s.Inputs[0]!, s.Inputs[1]!, s.Inputs[2]!, "tanh", false);
            return new Sample([s.Inputs[1], s.Inputs[2], output, Draw.Of(dtype, output.Sizes.ToArray())], Attr.Of("tanh"), Attr.Of(false));
        }));
    }

    private static KernelInfo Itself(string name, Func<DType, IEnumerable<Sample>> draws) =>
        new(name, s => [.. LeafMethods.Call(OpRegistry.Find("aten::" + name), s with { Inputs = Array.ConvertAll(s.Inputs, InDouble) }).Select(Nd.Of)], draws)
        {
            Expandable = false, Tolerance = 200, AbsoluteTolerance = 1000,
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

    /// <summary>Gates' inputs, states and weights of a layer of few and of many examples and steps.</summary>
    private static IEnumerable<Sample> RecurrentSteps(DType dtype, long gates, int states)
    {
        foreach ((long steps, long batch, long size) in (IEnumerable<(long, long, long)>)[(3, 2, 2), (4, 3, 17)])
        {
            yield return new Sample(
                [
                    Draw.Of(dtype, [steps, batch, gates * size], -1, 1), .. Enumerable.Range(0, states).Select(k => Draw.Of(dtype, [batch, size], -1 + (k / 4.0), 1)),
                    Draw.Of(dtype, [gates * size, size], -0.5, 0.5),
                ]);
        }
    }
}
