using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>In-place twins: the result is written into the first argument, which is returned.</content>
public static partial class Aten
{
    [TensorOp("aten::add_.Tensor")]
    public static TensorImpl add_(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add__Tensor).Add(self).Add(other).Add(alpha));

    [TensorOp("aten::add_.Scalar")]
    public static TensorImpl add_(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add__Scalar).Add(self).Add(other).Add(alpha));

    [TensorOp("aten::sub_.Tensor")]
    public static TensorImpl sub_(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub__Tensor).Add(self).Add(other).Add(alpha));

    [TensorOp("aten::sub_.Scalar")]
    public static TensorImpl sub_(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub__Scalar).Add(self).Add(other).Add(alpha));

    [TensorOp("aten::mul_.Tensor")]
    public static TensorImpl mul_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.mul__Tensor).Add(self).Add(other));

    [TensorOp("aten::mul_.Scalar")]
    public static TensorImpl mul_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.mul__Scalar).Add(self).Add(other));

    [TensorOp("aten::div_.Tensor")]
    public static TensorImpl div_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.div__Tensor).Add(self).Add(other));

    [TensorOp("aten::div_.Scalar")]
    public static TensorImpl div_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.div__Scalar).Add(self).Add(other));

    [TensorOp("aten::div_.Tensor_mode")]
    public static TensorImpl div_(TensorImpl self, TensorImpl other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div__Tensor_mode).Add(self).Add(other).Add(rounding_mode));

    [TensorOp("aten::div_.Scalar_mode")]
    public static TensorImpl div_(TensorImpl self, ScalarValue other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div__Scalar_mode).Add(self).Add(other).Add(rounding_mode));

    [TensorOp("aten::floor_divide_.Tensor")]
    public static TensorImpl floor_divide_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide__Tensor).Add(self).Add(other));

    [TensorOp("aten::floor_divide_.Scalar")]
    public static TensorImpl floor_divide_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide__Scalar).Add(self).Add(other));

    [TensorOp("aten::remainder_.Tensor")]
    public static TensorImpl remainder_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.remainder__Tensor).Add(self).Add(other));

    [TensorOp("aten::remainder_.Scalar")]
    public static TensorImpl remainder_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.remainder__Scalar).Add(self).Add(other));

    [TensorOp("aten::fmod_.Tensor")]
    public static TensorImpl fmod_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.fmod__Tensor).Add(self).Add(other));

    [TensorOp("aten::fmod_.Scalar")]
    public static TensorImpl fmod_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.fmod__Scalar).Add(self).Add(other));

    [TensorOp("aten::pow_.Tensor")]
    public static TensorImpl pow_(TensorImpl self, TensorImpl exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow__Tensor).Add(self).Add(exponent));

    [TensorOp("aten::pow_.Scalar")]
    public static TensorImpl pow_(TensorImpl self, ScalarValue exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow__Scalar).Add(self).Add(exponent));

    [TensorOp("aten::atan2_")]
    public static TensorImpl atan2_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.atan2_).Add(self).Add(other));

    [TensorOp("aten::eq_.Tensor")]
    public static TensorImpl eq_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.eq__Tensor).Add(self).Add(other));

    [TensorOp("aten::eq_.Scalar")]
    public static TensorImpl eq_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.eq__Scalar).Add(self).Add(other));

    [TensorOp("aten::ne_.Tensor")]
    public static TensorImpl ne_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ne__Tensor).Add(self).Add(other));

    [TensorOp("aten::ne_.Scalar")]
    public static TensorImpl ne_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ne__Scalar).Add(self).Add(other));

    [TensorOp("aten::lt_.Tensor")]
    public static TensorImpl lt_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.lt__Tensor).Add(self).Add(other));

    [TensorOp("aten::lt_.Scalar")]
    public static TensorImpl lt_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.lt__Scalar).Add(self).Add(other));

    [TensorOp("aten::le_.Tensor")]
    public static TensorImpl le_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.le__Tensor).Add(self).Add(other));

    [TensorOp("aten::le_.Scalar")]
    public static TensorImpl le_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.le__Scalar).Add(self).Add(other));

    [TensorOp("aten::gt_.Tensor")]
    public static TensorImpl gt_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.gt__Tensor).Add(self).Add(other));

    [TensorOp("aten::gt_.Scalar")]
    public static TensorImpl gt_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.gt__Scalar).Add(self).Add(other));

    [TensorOp("aten::ge_.Tensor")]
    public static TensorImpl ge_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ge__Tensor).Add(self).Add(other));

    [TensorOp("aten::ge_.Scalar")]
    public static TensorImpl ge_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ge__Scalar).Add(self).Add(other));

    [TensorOp("aten::logical_and_")]
    public static TensorImpl logical_and_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_and_).Add(self).Add(other));

    [TensorOp("aten::logical_or_")]
    public static TensorImpl logical_or_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_or_).Add(self).Add(other));

    [TensorOp("aten::logical_xor_")]
    public static TensorImpl logical_xor_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_xor_).Add(self).Add(other));

    [TensorOp("aten::logical_not_")]
    public static TensorImpl logical_not_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.logical_not_).Add(self));

    [TensorOp("aten::bitwise_and_.Tensor")]
    public static TensorImpl bitwise_and_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and__Tensor).Add(self).Add(other));

    [TensorOp("aten::bitwise_and_.Scalar")]
    public static TensorImpl bitwise_and_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and__Scalar).Add(self).Add(other));

    [TensorOp("aten::bitwise_or_.Tensor")]
    public static TensorImpl bitwise_or_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or__Tensor).Add(self).Add(other));

    [TensorOp("aten::bitwise_or_.Scalar")]
    public static TensorImpl bitwise_or_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or__Scalar).Add(self).Add(other));

    [TensorOp("aten::bitwise_xor_.Tensor")]
    public static TensorImpl bitwise_xor_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor__Tensor).Add(self).Add(other));

    [TensorOp("aten::bitwise_xor_.Scalar")]
    public static TensorImpl bitwise_xor_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor__Scalar).Add(self).Add(other));

    [TensorOp("aten::bitwise_not_")]
    public static TensorImpl bitwise_not_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_not_).Add(self));

    [TensorOp("aten::neg_")]
    public static TensorImpl neg_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.neg_).Add(self));

    [TensorOp("aten::abs_")]
    public static TensorImpl abs_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.abs_).Add(self));

    [TensorOp("aten::exp_")]
    public static TensorImpl exp_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp_).Add(self));

    [TensorOp("aten::exp2_")]
    public static TensorImpl exp2_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp2_).Add(self));

    [TensorOp("aten::expm1_")]
    public static TensorImpl expm1_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.expm1_).Add(self));

    [TensorOp("aten::log_")]
    public static TensorImpl log_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log_).Add(self));

    [TensorOp("aten::log2_")]
    public static TensorImpl log2_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log2_).Add(self));

    [TensorOp("aten::log10_")]
    public static TensorImpl log10_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log10_).Add(self));

    [TensorOp("aten::log1p_")]
    public static TensorImpl log1p_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log1p_).Add(self));

    [TensorOp("aten::sqrt_")]
    public static TensorImpl sqrt_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sqrt_).Add(self));

    [TensorOp("aten::rsqrt_")]
    public static TensorImpl rsqrt_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.rsqrt_).Add(self));

    [TensorOp("aten::square_")]
    public static TensorImpl square_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.square_).Add(self));

    [TensorOp("aten::reciprocal_")]
    public static TensorImpl reciprocal_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.reciprocal_).Add(self));

    [TensorOp("aten::sin_")]
    public static TensorImpl sin_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sin_).Add(self));

    [TensorOp("aten::cos_")]
    public static TensorImpl cos_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cos_).Add(self));

    [TensorOp("aten::tan_")]
    public static TensorImpl tan_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tan_).Add(self));

    [TensorOp("aten::asin_")]
    public static TensorImpl asin_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.asin_).Add(self));

    [TensorOp("aten::acos_")]
    public static TensorImpl acos_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.acos_).Add(self));

    [TensorOp("aten::atan_")]
    public static TensorImpl atan_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.atan_).Add(self));

    [TensorOp("aten::sinh_")]
    public static TensorImpl sinh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sinh_).Add(self));

    [TensorOp("aten::cosh_")]
    public static TensorImpl cosh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cosh_).Add(self));

    [TensorOp("aten::tanh_")]
    public static TensorImpl tanh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tanh_).Add(self));

    [TensorOp("aten::erf_")]
    public static TensorImpl erf_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.erf_).Add(self));

    [TensorOp("aten::floor_")]
    public static TensorImpl floor_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.floor_).Add(self));

    [TensorOp("aten::ceil_")]
    public static TensorImpl ceil_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.ceil_).Add(self));

    [TensorOp("aten::round_")]
    public static TensorImpl round_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.round_).Add(self));

    [TensorOp("aten::trunc_")]
    public static TensorImpl trunc_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.trunc_).Add(self));

    [TensorOp("aten::frac_")]
    public static TensorImpl frac_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.frac_).Add(self));

    [TensorOp("aten::sign_")]
    public static TensorImpl sign_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sign_).Add(self));

    [TensorOp("aten::sigmoid_")]
    public static TensorImpl sigmoid_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sigmoid_).Add(self));

    [TensorOp("aten::relu_")]
    public static TensorImpl relu_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.relu_).Add(self));

    [TensorOp("aten::silu_")]
    public static TensorImpl silu_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.silu_).Add(self));

    [TensorOp("aten::mish_")]
    public static TensorImpl mish_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.mish_).Add(self));

    [TensorOp("aten::hardswish_")]
    public static TensorImpl hardswish_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardswish_).Add(self));

    [TensorOp("aten::hardsigmoid_")]
    public static TensorImpl hardsigmoid_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardsigmoid_).Add(self));

    [TensorOp("aten::round_.decimals")]
    public static TensorImpl round_(TensorImpl self, long decimals) =>
        Eager.Run(new OpInvocation(OpTable.round__decimals).Add(self).Add(decimals));

    [TensorOp("aten::gelu_")]
    public static TensorImpl gelu_(TensorImpl self, string approximate) =>
        Eager.Run(new OpInvocation(OpTable.gelu_).Add(self).Add(approximate));

    [TensorOp("aten::leaky_relu_")]
    public static TensorImpl leaky_relu_(TensorImpl self, ScalarValue negative_slope) =>
        Eager.Run(new OpInvocation(OpTable.leaky_relu_).Add(self).Add(negative_slope));

    [TensorOp("aten::elu_")]
    public static TensorImpl elu_(TensorImpl self, ScalarValue alpha, ScalarValue scale, ScalarValue input_scale) =>
        Eager.Run(new OpInvocation(OpTable.elu_).Add(self).Add(alpha).Add(scale).Add(input_scale));

    [TensorOp("aten::masked_fill_.Scalar")]
    public static TensorImpl masked_fill_(TensorImpl self, TensorImpl mask, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.masked_fill__Scalar).Add(self).Add(mask).Add(value));

    [TensorOp("aten::clamp_")]
    public static TensorImpl clamp_(TensorImpl self, ScalarValue? min, ScalarValue? max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_).Add(self).Add(min).Add(max));

    [TensorOp("aten::clamp_min_")]
    public static TensorImpl clamp_min_(TensorImpl self, ScalarValue min) =>
        Eager.Run(new OpInvocation(OpTable.clamp_min_).Add(self).Add(min));

    [TensorOp("aten::clamp_max_")]
    public static TensorImpl clamp_max_(TensorImpl self, ScalarValue max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_max_).Add(self).Add(max));

    [TensorOp("aten::addcmul_")]
    public static TensorImpl addcmul_(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcmul_).Add(self).Add(tensor1).Add(tensor2).Add(value));

    [TensorOp("aten::addcdiv_")]
    public static TensorImpl addcdiv_(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcdiv_).Add(self).Add(tensor1).Add(tensor2).Add(value));

    [TensorOp("aten::lerp_.Scalar")]
    public static TensorImpl lerp_(TensorImpl self, TensorImpl end, ScalarValue weight) =>
        Eager.Run(new OpInvocation(OpTable.lerp__Scalar).Add(self).Add(end).Add(weight));
}
