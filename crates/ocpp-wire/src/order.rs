//! Sorting by a small number, stable.
//!
//! The standard library's stable sort is compiled anew, some five kilobytes, for every type that is sorted.
//! Here all lists share one, which is what a page that is sent over a network wants.

/// Sorts by a rank, smallest first; items of equal rank keep their order.
///
/// ```
/// let mut words = vec!["pear", "fig", "apple", "kiwi", "nut"];
/// ocpp_wire::order::sort_by_rank(&mut words, |word| word.len() as u32);
/// assert_eq!(words, ["fig", "nut", "pear", "kiwi", "apple"]);
/// ```
pub fn sort_by_rank<T>(items: &mut Vec<T>, rank: impl Fn(&T) -> u32) {
    let mut ranks: Vec<u64> =
        items.iter().zip(0_u64..).map(|(item, index)| (u64::from(rank(item)) << 32) | index).collect();
    ranks.sort_unstable();
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    // The low half of each rank is the index the item had.
    items.extend(ranks.iter().filter_map(|rank| slots.get_mut((rank & 0xFFFF_FFFF) as usize)?.take()));
}
