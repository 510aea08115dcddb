using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>
/// The vector-Jacobian product of an op: from the gradients of its outputs, those of its tensor inputs, by position (null where there
/// is none; a shorter array means null for the rest). It performs ops itself, through <see cref="Aten"/>, so that backward is captured
/// like forward. A gradient that still has the broadcast sizes, or another floating-point dtype, is summed and cast to its input's.
/// Not called when every output's gradient is null.
/// </summary>
public delegate TensorImpl?[] DerivativeRule(BackwardContext context);
