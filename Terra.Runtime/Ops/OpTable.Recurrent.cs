using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

/// <content>Recurrent layers.</content>
public static partial class OpTable
{
    public static readonly OpDef _lstm_layer = new(
        "aten::_lstm_layer(Tensor gates, Tensor hx, Tensor cx, Tensor weight_hh, bool reverse) -> (Tensor, Tensor, Tensor)", RecurrentRules.InferLstm)
    {
        Kernel = RecurrentKernels.Lstm,
        Derivative = RecurrentRules.Lstm,
        SavedInputs = [1, 2, 3],
        SavedOutputs = [0, 1, 2],
        NonDifferentiable = [2],
    };

    public static readonly OpDef _lstm_layer_backward = new(
        "aten::_lstm_layer_backward(Tensor hx, Tensor cx, Tensor weight_hh, Tensor output, Tensor cells, Tensor kept, Tensor? grad_output, Tensor? grad_cells, "
        + "bool reverse) -> (Tensor, Tensor, Tensor)",
        RecurrentRules.InferLstmBackward)
    {
        Kernel = RecurrentKernels.LstmBackward,
        Derivative = RecurrentRules.LstmBackward,
        SavedInputs = [1, 2, 4, 5, 6, 7],
    };

    public static readonly OpDef _gru_layer = new(
        "aten::_gru_layer(Tensor gates, Tensor hx, Tensor weight_hh, Tensor? bias_hh, bool reverse) -> (Tensor, Tensor)", RecurrentRules.InferGru)
    {
        Kernel = RecurrentKernels.Gru,
        Derivative = RecurrentRules.Gru,
        SavedInputs = [1, 2],
        SavedOutputs = [0, 1],
        NonDifferentiable = [1],
    };

    public static readonly OpDef _gru_layer_backward = new(
        "aten::_gru_layer_backward(Tensor hx, Tensor weight_hh, Tensor output, Tensor kept, Tensor? grad_output, bool reverse) -> (Tensor, Tensor, Tensor)",
        RecurrentRules.InferGruBackward)
    {
        Kernel = RecurrentKernels.GruBackward,
        Derivative = RecurrentRules.GruBackward,
        SavedInputs = [0, 1, 2, 3, 4],
    };

    public static readonly OpDef _rnn_layer = new(
        "aten::_rnn_layer(Tensor gates, Tensor hx, Tensor weight_hh, str nonlinearity, bool reverse) -> Tensor", RecurrentRules.InferRnn)
    {
        Kernel = RecurrentKernels.Rnn,
        Derivative = RecurrentRules.Rnn,
        SavedInputs = [1, 2],
        SavedOutputs = [0],
    };

    public static readonly OpDef _rnn_layer_backward = new(
        "aten::_rnn_layer_backward(Tensor hx, Tensor weight_hh, Tensor output, Tensor? grad_output, str nonlinearity, bool reverse) -> (Tensor, Tensor)",
        RecurrentRules.InferRnnBackward)
    {
        Kernel = RecurrentKernels.RnnBackward,
        Derivative = RecurrentRules.RnnBackward,
        SavedInputs = [1, 2, 3],
    };
}
