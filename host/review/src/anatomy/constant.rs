use wasmparser::{ConstExpr, Operator};

/// The value of a constant expression of 32-bit integers; `None` for anything that needs an instance, or more than a handful of
/// operations.
pub(crate) fn value(expression: &ConstExpr<'_>) -> Option<u32> {
    const MOST: usize = 64;
    let mut stack: Vec<u32> = Vec::new();
    for operator in expression.get_operators_reader().into_iter().take(MOST) {
        let calculated = match operator.ok()? {
            Operator::I32Const { value } => value.cast_unsigned(),
            Operator::I32Add => binary(&mut stack, u32::wrapping_add)?,
            Operator::I32Sub => binary(&mut stack, u32::wrapping_sub)?,
            Operator::I32Mul => binary(&mut stack, u32::wrapping_mul)?,
            Operator::End => return stack.pop(),
            _ => return None,
        };
        stack.push(calculated);
    }
    None
}

fn binary(stack: &mut Vec<u32>, operation: fn(u32, u32) -> u32) -> Option<u32> {
    let (right, left) = (stack.pop()?, stack.pop()?);
    Some(operation(left, right))
}
