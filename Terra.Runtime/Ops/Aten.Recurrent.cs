using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Recurrent layers over whole sequences: T steps, B examples, hidden size H. In reverse the last step comes first.</content>
public static partial class Aten
{
    /// <summary>
    /// LSTM. <paramref name="gates"/> [T, B, 4H] are the sums over the input with all biases (input, forget, cell, output); states [B, H]; weights [4H, H].
    /// Returns the hidden states [T, B, H], the memories [T, B, H] and the gates [T, B, 4H], which are for the gradient only.
    /// </summary>
    [TensorOp("aten::_lstm_layer")]
    public static TensorImpl[] _lstm_layer(TensorImpl gates, TensorImpl hx, TensorImpl cx, TensorImpl weight_hh, bool reverse) =>
        Eager.RunMany(new OpInvocation(OpTable._lstm_layer).Add(gates).Add(hx).Add(cx).Add(weight_hh).Add(reverse));

    /// <summary>The gradients of gates and states.</summary>
    [TensorOp("aten::_lstm_layer_backward")]
    public static TensorImpl[] _lstm_layer_backward(
        TensorImpl hx,
        TensorImpl cx,
        TensorImpl weight_hh,
        TensorImpl output,
        TensorImpl cells,
        TensorImpl kept,
        TensorImpl? grad_output,
        TensorImpl? grad_cells,
        bool reverse) =>
        Eager.RunMany(new OpInvocation(OpTable._lstm_layer_backward)
            .Add(hx).Add(cx).Add(weight_hh).Add(output).Add(cells).Add(kept).Add(grad_output).Add(grad_cells).Add(reverse));

    /// <summary>
    /// GRU. <paramref name="gates"/> [T, B, 3H] are the sums over the input with its bias (reset, update, new); state [B, H]; weights [3H, H] with their bias [3H].
    /// Returns the hidden states [T, B, H] and what the gradient needs, [T, B, 4H].
    /// </summary>
    [TensorOp("aten::_gru_layer")]
    public static TensorImpl[] _gru_layer(TensorImpl gates, TensorImpl hx, TensorImpl weight_hh, TensorImpl? bias_hh, bool reverse) =>
        Eager.RunMany(new OpInvocation(OpTable._gru_layer).Add(gates).Add(hx).Add(weight_hh).Add(bias_hh).Add(reverse));

    /// <summary>The gradients of gates, of the gates' sums over the hidden state, and of the state.</summary>
    [TensorOp("aten::_gru_layer_backward")]
    public static TensorImpl[] _gru_layer_backward(
        TensorImpl hx, TensorImpl weight_hh, TensorImpl output, TensorImpl kept, TensorImpl? grad_output, bool reverse) =>
        Eager.RunMany(new OpInvocation(OpTable._gru_layer_backward).Add(hx).Add(weight_hh).Add(output).Add(kept).Add(grad_output).Add(reverse));

    /// <summary>
    /// The Elman layer with tanh or relu. <paramref name="gates"/> [T, B, H] are the sums over the input with all biases; state [B, H]; weights [H, H].
    /// Returns the hidden states [T, B, H].
    /// </summary>
    [TensorOp("aten::_rnn_layer")]
    public static TensorImpl _rnn_layer(TensorImpl gates, TensorImpl hx, TensorImpl weight_hh, string nonlinearity, bool reverse) =>
        Eager.Run(new OpInvocation(OpTable._rnn_layer).Add(gates).Add(hx).Add(weight_hh).Add(nonlinearity).Add(reverse));

    /// <summary>The gradients of gates and state.</summary>
    [TensorOp("aten::_rnn_layer_backward")]
    public static TensorImpl[] _rnn_layer_backward(
        TensorImpl hx, TensorImpl weight_hh, TensorImpl output, TensorImpl? grad_output, string nonlinearity, bool reverse) =>
        Eager.RunMany(new OpInvocation(OpTable._rnn_layer_backward).Add(hx).Add(weight_hh).Add(output).Add(grad_output).Add(nonlinearity).Add(reverse));
}
